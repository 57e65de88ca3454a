#include "rules/statistics/presence.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "rules/statistics/distributions.h"
#include "rules/statistics/permutation.h"

namespace waybill::statistics {
namespace {

// Two probabilities this close are the same, up to rounding: the value that R's fisher.test uses.
constexpr double relative_error = 1 + 1e-7;

// Of the 5 % the larger part goes to the arm whose bound matters more. With equal parts, ten of ten runs against ten of
// ten would allow for a drop of 0.309, and with these for one of 0.296.
constexpr double error_of_first = 0.02;
constexpr double error_of_second = 0.03;

// So few ways that each product on the way is whole and below 2^53: a result that is the level is not below it.
constexpr std::uint64_t most_counted = 1ULL << 30U;
constexpr std::uint32_t most_runs_counted = 2000;

struct Table {
    std::uint32_t marked;
    std::uint32_t sample;  // runs of the second arm
    std::uint32_t all;

    Table(Presence first, Presence second)
        : marked{first.count + second.count}, sample{second.runs}, all{first.runs + second.runs}
    {
    }
    std::uint32_t least() const { return sample > all - marked ? sample - (all - marked) : 0; }
    std::uint32_t most() const { return std::min(marked, sample); }

    /// Of every count from least() to most(): how probable it is, all times the same number.
    std::vector<double> weights() const
    {
        const std::uint64_t splits = count_splits(all, sample, most_counted);
        return splits < most_counted && all <= most_runs_counted ? counted_weights() : relative_weights();
    }

    /// In how many ways the second arm can have the count.
    std::vector<double> counted_weights() const
    {
        std::vector<double> weights(most() - least() + 1);
        const std::uint32_t unmarked = all - marked;
        weights.front() = static_cast<double>(count_splits(marked, least(), most_counted) *
                                              count_splits(unmarked, sample - least(), most_counted));
        for (std::uint32_t i = 0; i + 1 < weights.size(); ++i)
            weights[i + 1] = std::round(weights[i] * up(least() + i) / down(least() + i));
        return weights;
    }

    /// The most probable count's is 1, so that none that matters is too small for a double.
    std::vector<double> relative_weights() const
    {
        std::vector<double> weights(most() - least() + 1, 1.0);
        const std::uint64_t mode = (std::uint64_t{marked} + 1) * (std::uint64_t{sample} + 1) / (all + 2ULL);
        const auto place = static_cast<std::uint32_t>(mode) - least();
        for (std::uint32_t i = place; i + 1 < weights.size(); ++i)
            weights[i + 1] = weights[i] * up(least() + i) / down(least() + i);
        for (std::uint32_t i = place; i > 0; --i)
            weights[i - 1] = weights[i] * down(least() + i - 1) / up(least() + i - 1);
        return weights;
    }

    // By up / down it is more probable that the second arm has `count` + 1 of the marked runs than `count`.
    double up(std::uint32_t count) const
    {
        return static_cast<double>(marked - count) * static_cast<double>(sample - count);
    }
    double down(std::uint32_t count) const
    {
        return static_cast<double>(count + 1) * static_cast<double>(all - marked + count + 1 - sample);
    }
};

double sum_of_tables(const Table& table, std::uint32_t seen, Alternative alternative)
{
    const std::vector<double> weights = table.weights();
    const std::uint32_t place = seen - table.least();
    double sum = 0;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        const bool counts = alternative == Alternative::lower    ? i <= place
                            : alternative == Alternative::higher ? i >= place
                                                                 : weights[i] <= weights[place] * relative_error;
        sum += counts ? weights[i] : 0;
    }
    return std::min(sum / std::accumulate(weights.begin(), weights.end(), 0.0), 1.0);
}

}  // namespace

double fisher_exact(Presence first, Presence second, Alternative alternative)
{
    if (first.runs == 0 || second.runs == 0)
        return 1;
    return sum_of_tables({first, second}, second.count, alternative);
}

double least_fisher_exact(Presence first, Presence second, Alternative alternative)
{
    if (first.runs == 0 || second.runs == 0)
        return 1;
    const Table table{first, second};
    if (alternative == Alternative::lower)
        return sum_of_tables(table, table.least(), alternative);
    if (alternative == Alternative::higher)
        return sum_of_tables(table, table.most(), alternative);
    return std::min(sum_of_tables(table, table.least(), alternative), sum_of_tables(table, table.most(), alternative));
}

double largest_drop(Presence first, Presence second)
{
    return upper_bound(first.count, first.runs, error_of_first) -
           lower_bound(second.count, second.runs, error_of_second);
}

}  // namespace waybill::statistics
