#pragma once

#include <string>

#include "model/diff.h"
#include "model/report.h"
#include "model/verdict.h"

namespace waybill {

/// How a report is written as HTML.
struct HtmlStyle {
    bool all = false;                   ///< list every endpoint by itself, however many there are
    const Verdict* verdict = nullptr;   ///< of a policy that the report was judged by; borrowed, may be null
    const Diff* differences = nullptr;  ///< from earlier runs; likewise
};

/// The report as one page that stands by itself: it is whole without its script, fetches nothing, and its policy
/// (Content-Security-Policy) permits no more than its own style and script. The same report gives the same octets.
std::string report_to_html(const Report& report, const HtmlStyle& style);

}  // namespace waybill
