#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/experiment.h"
#include "rules/experiment/observed_run.h"

namespace waybill::rules {

/// A unit in one complete run.
struct RunSight {
    std::uint64_t flows = 0;  ///< 0: not contacted
    std::uint64_t ip_bytes_out = 0;
    AbsenceSight absence = AbsenceSight::whole;
    bool volumes_are_whole = true;

    bool is_there() const { return flows > 0; }
};

/// A unit in all complete runs of each arm.
struct UnitRuns {
    Unit unit;
    std::vector<std::vector<RunSight>> arms;
};

/// Every endpoint that a run contacted, and every cited set of purposes that more than one of them has: one alone
/// counts once. Those without a cited purpose come first, then by octets out, endpoints before purposes.
std::vector<UnitRuns> units_of(std::span<const ObservedRun> runs, std::size_t arms);

}  // namespace waybill::rules
