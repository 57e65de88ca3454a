#pragma once

#include <cstdint>
#include <vector>

#include "rules/experiment/units.h"
#include "rules/statistics/presence.h"

namespace waybill::rules {

/// A unit in an arm, as tests want it.
struct Sample {
    statistics::Presence presence;
    std::vector<std::int64_t> octets;  ///< out, of each run

    double mean_octets() const;
    friend bool operator==(const Sample&, const Sample&) = default;
};

/// The first arm's and another one's.
struct SamplePair {
    Sample first;
    Sample second;

    friend bool operator==(const SamplePair&, const SamplePair&) = default;
};

/// What is made of runs that failed, and of those without a contact whose gaps could hide one.
enum class Unknown : std::uint8_t {
    left_out,             ///< those that failed; the others count as they were seen
    against_reduced,      ///< the second arm's had a contact, the first one's had none
    against_not_reduced,  ///< the other way round
};

/// How many runs of the two arms failed.
struct ArmFailures {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
};

/// Octets beyond what can be added up, some terabytes in each of a thousand runs, count as that much. Those that are
/// not known are taken to be the most, or the least, that any of the runs had.
SamplePair sample_pair(const UnitRuns& unit, std::size_t arm, ArmFailures failures, Unknown unknown);

/// The pair with the first arm's octets times 1 - margin, both in thousandths.
SamplePair scaled_by_margin(const SamplePair& pair, double margin);

/// The permutation test of that pair: a small value rejects that the second arm sends less than 1 - margin of what the
/// first one does.
double margin_result(const SamplePair& pair, double margin);

}  // namespace waybill::rules
