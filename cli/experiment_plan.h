#pragma once

#include <expected>

#include "cli/experiment_command.h"
#include "cli/failure.h"
#include "cli/rule_folders.h"
#include "model/plan.h"

namespace waybill {

/// The plan that the options name, or that they say themselves.
std::expected<Plan, Failure> plan_of(const ExperimentOptions& options);

/// The plan of `opt-out`: the arms are the documented switches of a product.
std::expected<Plan, Failure> opt_out_plan(const ExperimentOptions& options, const Rules& rules);

}  // namespace waybill
