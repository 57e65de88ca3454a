#pragma once

#include <vector>

#include "model/report.h"
#include "model/verdict.h"
#include "rules/policy/judge.h"
#include "rules/policy/policy.h"

namespace waybill::rules {

/// Measures every limit of the policy, in its order. Contacts with several purposes count where one of them is meant.
std::vector<JudgedLimit> judge_limits(const Report& report, const Policy& policy, const JudgedWith& with);

}  // namespace waybill::rules
