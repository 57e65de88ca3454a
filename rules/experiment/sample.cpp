#include "rules/experiment/sample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rules/statistics/permutation.h"

namespace waybill::rules {
namespace {

constexpr std::int64_t thousandths = 1000;

/// Octets of each run, such that those of all that are compared can be added up in thousandths.
std::vector<std::int64_t> octets_of(const std::vector<RunSight>& runs, std::size_t compared)
{
    std::vector<std::uint64_t> octets;
    octets.reserve(runs.size());
    for (const RunSight& run : runs)
        octets.push_back(run.ip_bytes_out);
    return statistics::addends(octets, statistics::most_addend(compared) / thousandths);
}

/// The least and the most octets that any run of the two arms had.
struct Extremes {
    std::int64_t least = 0;
    std::int64_t most = 0;

    Extremes(std::vector<std::int64_t> known, const std::vector<std::int64_t>& others)
    {
        known.insert(known.end(), others.begin(), others.end());
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

/// What was seen of the runs of an arm.
struct Seen {
    const std::vector<RunSight>& runs;
    const std::vector<std::int64_t>& octets;
};

Sample sample_of(const Seen& seen, std::uint32_t failures, const Assumed& assumed)
{
    Sample sample;
    for (std::size_t i = 0; i < seen.runs.size(); ++i) {
        const RunSight& run = seen.runs[i];
        ++sample.presence.runs;
        const bool is_hidden = !run.is_there() && run.absence == AbsenceSight::hidden && assumed.is_made;
        sample.presence.count += (is_hidden ? assumed.is_there : run.is_there()) ? 1U : 0U;
        const bool is_known = !assumed.is_made || (run.volumes_are_whole && !is_hidden);
        sample.octets.push_back(is_known ? seen.octets[i] : assumed.octets);
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
    const std::vector<RunSight>& first = unit.arms.front();
    const std::vector<RunSight>& second = unit.arms[arm];
    const std::size_t compared = first.size() + second.size() + failures.first + failures.second;
    const auto octets_of_first = octets_of(first, compared);
    const auto octets_of_second = octets_of(second, compared);
    const Extremes extremes{octets_of_first, octets_of_second};
    const Assumed more{.is_made = true, .is_there = true, .octets = extremes.most};
    const Assumed less{.is_made = true, .is_there = false, .octets = extremes.least};
    const Assumed nothing;
    const Assumed& of_first = unknown == Unknown::left_out          ? nothing
                              : unknown == Unknown::against_reduced ? less
                                                                    : more;
    const Assumed& of_second = unknown == Unknown::left_out          ? nothing
                               : unknown == Unknown::against_reduced ? more
                                                                     : less;
    return {sample_of({first, octets_of_first}, failures.first, of_first),
            sample_of({second, octets_of_second}, failures.second, of_second)};
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
