#pragma once

#include <expected>
#include <string>

#include "base/json_document.h"
#include "model/plan.h"

namespace waybill::rules {

/// Reads a plan's octets (docs/formats/plan.md). What its recipe says is another reader's business: here it is an
/// object, and no more.
std::expected<Plan, FieldError> parse_plan(const std::string& octets);

/// What is wrong with a plan as a whole, wherever it comes from; nothing when it can be followed.
std::optional<FieldError> check_plan(const Plan& plan);

}  // namespace waybill::rules
