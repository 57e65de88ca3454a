#pragma once

#include <string>
#include <vector>

#include "model/report.h"

namespace waybill {

/// Whether the phases say more than the whole: somebody set a mark, or something was contacted when the command had
/// ended.
bool shows_phases(const Report& report);

/// A table of the phases, its head first, and sentences on what ran on when the command had ended, each a line; without
/// margin.
struct PhaseLines {
    std::vector<std::string> table;
    std::vector<std::string> sentences;
};
PhaseLines phase_lines(const Report& report);

}  // namespace waybill
