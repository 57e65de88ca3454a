#pragma once

#include <string>
#include <string_view>

#include "model/report.h"
#include "model/verdict.h"

namespace waybill {

/// SARIF 2.1.0 (docs/formats/exports.md): what a policy objects to, where there is a verdict, else the endpoints
/// without a cited purpose; gaps as notifications. `verdict` may be null; `policy` is the policy as it was named.
std::string report_to_sarif(const Report& report, const Verdict* verdict, std::string_view policy);

}  // namespace waybill
