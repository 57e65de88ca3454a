#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/experiment.h"
#include "rules/experiment/units.h"

namespace waybill::rules {

/// Judges every unit in every arm but the first, against the first (docs/commands/experiment.md): fills in
/// `units[…].unit.comparisons` and gives the number of tests that were corrected together.
///
/// `arms` say how many runs of each failed and what it is documented to reduce. A verdict stands only if it does even
/// where each run that failed, or whose gaps could hide a contact, speaks against it.
std::size_t judge(std::vector<UnitRuns>& units, std::span<const ArmSummary> arms, double margin);

}  // namespace waybill::rules
