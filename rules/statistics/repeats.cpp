#include "rules/statistics/repeats.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rules/statistics/distributions.h"
#include "rules/statistics/permutation.h"

namespace waybill::statistics {
namespace {

Presence at_rate(Presence seen, std::uint32_t runs)
{
    const double count = std::round(static_cast<double>(seen.count) * runs / seen.runs);
    return {static_cast<std::uint32_t>(count), runs};
}

/// Whether the rates differ in the alternative's direction: where they do not, no number of runs shows that they do.
bool speaks_for(Alternative alternative, Presence first, Presence second)
{
    const std::uint64_t one = std::uint64_t{first.count} * second.runs;
    const std::uint64_t two = std::uint64_t{second.count} * first.runs;
    if (alternative == Alternative::different)
        return one != two;
    return alternative == Alternative::lower ? two < one : one < two;
}

template <class Suffices>
std::optional<std::uint32_t> first_that(const Suffices& suffices)
{
    for (std::uint32_t runs = 1; runs <= most_repeats; ++runs)
        if (suffices(runs))
            return runs;
    return {};
}

struct Moments {
    double mean;
    double variance;  // of the sample: divided by one less than its size
};

Moments moments(std::span<const std::int64_t> values)
{
    const auto size = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / size;
    double squares = 0;
    for (const std::int64_t value : values)
        squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
    return {mean, values.size() < 2 ? 0 : squares / (size - 1)};
}

}  // namespace

std::optional<std::uint32_t> repeats_for_difference(Presence first, Presence second, Alternative alternative,
                                                    double level)
{
    if (first.runs == 0 || second.runs == 0 || !speaks_for(alternative, first, second))
        return {};
    return first_that([&](std::uint32_t runs) {
        return fisher_exact(at_rate(first, runs), at_rate(second, runs), alternative) < level;
    });
}

std::optional<std::uint32_t> repeats_for_margin(Presence first, Presence second, double margin)
{
    if (first.runs == 0 || second.runs == 0)
        return {};
    return first_that(
        [&](std::uint32_t runs) { return largest_drop(at_rate(first, runs), at_rate(second, runs)) < margin; });
}

std::optional<std::uint32_t> repeats_for_difference(std::span<const std::int64_t> first,
                                                    std::span<const std::int64_t> second, Alternative alternative,
                                                    double level)
{
    if (first.empty() || second.empty())
        return {};
    const Moments one = moments(first);
    const Moments two = moments(second);
    double difference = two.mean - one.mean;
    if (alternative == Alternative::lower)
        difference = -difference;
    if (alternative == Alternative::different)
        difference = std::abs(difference);
    if (difference <= 0)
        return {};
    const double tail = alternative == Alternative::different ? level / 2 : level;
    const double deviate = normal_deviate(tail);
    const double needed = deviate * deviate * (one.variance + two.variance) / (difference * difference);
    if (needed > most_repeats)
        return {};
    // Each split is one of so many, and two-sided its mirror image is another one.
    const double hits = alternative == Alternative::different ? 2 : 1;
    return first_that([&](std::uint32_t runs) {
        const std::uint64_t splits = count_splits(std::size_t{2} * runs, runs, drawn_splits + 1);
        return runs >= needed && hits / static_cast<double>(splits) < level;
    });
}

}  // namespace waybill::statistics
