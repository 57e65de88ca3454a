#pragma once

#include <string>

#include "model/report.h"

namespace waybill {

/// How the text report is laid out.
struct TerminalStyle {
    bool color = false;      ///< an aid, never the message
    bool all = false;        ///< every endpoint by itself, nothing folded
    unsigned columns = 100;  ///< of the terminal; lines are not longer where that can be helped
};

/// The report for people at a terminal: what was contacted, those without a cited purpose first, what could not be seen
/// and what cannot be answered. Nothing that came from outside reaches it with control characters.
std::string report_to_terminal(const Report& report, const TerminalStyle& style);

}  // namespace waybill
