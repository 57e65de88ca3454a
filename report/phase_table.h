#pragma once

#include <string>
#include <vector>

#include "model/report.h"

namespace waybill {

/// Whether the phases say more than the whole: somebody set a mark, or something was contacted when the command had
/// ended.
bool shows_phases(const Report& report);

/// The cells of a table of the phases, its headings first, and sentences on what ran on when the command had ended.
struct PhaseCells {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> sentences;
};
PhaseCells phase_cells(const Report& report);

/// "Before the mark 'signed in': attempted to contact 3 endpoints, at most 3.1 kB of payload would have left": what was
/// before the first mark; empty without one.
std::string before_mark_sentence(const Report& report);

/// A table of the phases, its head first, and sentences on what ran on when the command had ended, each a line; without
/// margin.
struct PhaseLines {
    std::vector<std::string> table;
    std::vector<std::string> sentences;
};
PhaseLines phase_lines(const Report& report);

}  // namespace waybill
