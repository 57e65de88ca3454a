#pragma once

#include <string>

#include "model/report.h"
#include "model/verdict.h"

namespace waybill {

/// A report as Markdown (GitHub's), fit to be the summary of a job: what the policy says where there is a verdict, the
/// endpoints, what was not seen, what cannot be answered. `verdict` may be null.
std::string report_to_markdown(const Report& report, const Verdict* verdict);

}  // namespace waybill
