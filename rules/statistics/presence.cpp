#include "rules/statistics/presence.h"

#include <algorithm>

#include "rules/statistics/distributions.h"

namespace waybill::statistics {
namespace {

// Two probabilities this close are the same, up to rounding: the value that R's fisher.test uses.
constexpr double relative_error = 1 + 1e-7;

// Of the 5 % the larger part goes to the arm whose bound matters more. With equal parts, ten of ten runs against ten of
// ten would allow for a drop of 0.309, and with these for one of 0.296.
constexpr double error_of_first = 0.02;
constexpr double error_of_second = 0.03;

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
    double probability(std::uint32_t count) const { return hypergeometric(count, marked, sample, all); }
};

bool speaks_as_strongly(const Table& table, std::uint32_t count, std::uint32_t seen, Alternative alternative)
{
    if (alternative == Alternative::lower)
        return count <= seen;
    if (alternative == Alternative::higher)
        return count >= seen;
    return table.probability(count) <= table.probability(seen) * relative_error;
}

double sum_of_tables(const Table& table, std::uint32_t seen, Alternative alternative)
{
    double sum = 0;
    for (std::uint32_t count = table.least(); count <= table.most(); ++count)
        if (speaks_as_strongly(table, count, seen, alternative))
            sum += table.probability(count);
    return std::min(sum, 1.0);
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
