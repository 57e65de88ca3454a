#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/experiment.h"
#include "rules/experiment/observed_run.h"

namespace waybill::rules {

/// What else differed between the complete runs: of their circumstances those with several values.
std::vector<Difference> differences(std::span<const ObservedRun> runs, std::size_t arms);

/// The names of all circumstances that were looked at, in their order.
std::vector<std::string> compared(std::span<const ObservedRun> runs);

/// The runs' gaps, added up by kind and detail, each with the number of runs that have it; in the order of GapKind.
std::vector<std::pair<Gap, std::uint32_t>> added_gaps(std::span<const ObservedRun> runs);

}  // namespace waybill::rules
