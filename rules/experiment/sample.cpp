#include "rules/experiment/sample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rules/statistics/permutation.h"

namespace waybill::rules {
namespace {

constexpr std::int64_t thousandths = 1000;

/// The least and the most octets that any run of the two arms had.
struct Extremes {
    std::int64_t least = 0;
    std::int64_t most = 0;

    Extremes(const std::vector<RunSight>& first, const std::vector<RunSight>& second)
    {
        std::vector<std::int64_t> known;
        for (const auto* arm : {&first, &second})
            for (const RunSight& run : *arm)
                known.push_back(static_cast<std::int64_t>(run.ip_bytes_out));
        if (known.empty())
            return;
        const auto [low, high] = std::ranges::minmax(known);
        least = low;
        most = high;
    }
};

/// What is assumed of a run of which it is not known.
struct Assumed {
    bool is_made = false;  // assumptions are made at all
    bool is_there = false;
    std::int64_t octets = 0;
};

Sample sample_of(const std::vector<RunSight>& runs, std::uint32_t failures, const Assumed& assumed)
{
    Sample sample;
    for (const RunSight& run : runs) {
        ++sample.presence.runs;
        const bool is_hidden = !run.is_there() && run.absence == AbsenceSight::hidden && assumed.is_made;
        sample.presence.count += (is_hidden ? assumed.is_there : run.is_there()) ? 1U : 0U;
        const bool is_known = !assumed.is_made || (run.volumes_are_whole && !is_hidden);
        sample.octets.push_back(is_known ? static_cast<std::int64_t>(run.ip_bytes_out) : assumed.octets);
    }
    if (!assumed.is_made)
        return sample;
    sample.presence.runs += failures;
    sample.presence.count += assumed.is_there ? failures : 0;
    sample.octets.insert(sample.octets.end(), failures, assumed.octets);
    return sample;
}

}  // namespace

double Sample::mean_octets() const
{
    const double sum = std::accumulate(octets.begin(), octets.end(), 0.0);
    return octets.empty() ? 0 : sum / static_cast<double>(octets.size());
}

SamplePair sample_pair(const UnitRuns& unit, std::size_t arm, ArmFailures failures, Unknown unknown)
{
    const Extremes extremes{unit.arms.front(), unit.arms[arm]};
    const Assumed more{.is_made = true, .is_there = true, .octets = extremes.most};
    const Assumed less{.is_made = true, .is_there = false, .octets = extremes.least};
    const Assumed nothing;
    const Assumed& of_first = unknown == Unknown::left_out          ? nothing
                              : unknown == Unknown::against_reduced ? less
                                                                    : more;
    const Assumed& of_second = unknown == Unknown::left_out          ? nothing
                               : unknown == Unknown::against_reduced ? more
                                                                     : less;
    return {sample_of(unit.arms.front(), failures.first, of_first),
            sample_of(unit.arms[arm], failures.second, of_second)};
}

SamplePair scaled_by_margin(const SamplePair& pair, double margin)
{
    SamplePair scaled = pair;
    const auto kept = thousandths - std::lround(margin * static_cast<double>(thousandths));
    for (std::int64_t& octets : scaled.first.octets)
        octets *= kept;
    for (std::int64_t& octets : scaled.second.octets)
        octets *= thousandths;
    return scaled;
}

double margin_result(const SamplePair& pair, double margin)
{
    const SamplePair scaled = scaled_by_margin(pair, margin);
    return statistics::permutation_test(scaled.first.octets, scaled.second.octets, statistics::Alternative::higher).p;
}

}  // namespace waybill::rules
