#include "rules/statistics/correction.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace waybill::statistics {

std::vector<double> holm(std::span<const double> results)
{
    std::vector<std::size_t> order(results.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return results[i]; });
    std::vector<double> corrected(results.size());
    double least = 0;  // no result is corrected to less than one before it
    for (std::size_t step = 0; step < order.size(); ++step) {
        const double value = results[order[step]] * static_cast<double>(order.size() - step);
        least = std::max(least, std::min(value, 1.0));
        corrected[order[step]] = least;
    }
    return corrected;
}

std::vector<bool> can_reach(std::span<const double> least, double level)
{
    std::vector<bool> reach;
    for (const double value : least)
        reach.push_back(value < level);
    return reach;
}

}  // namespace waybill::statistics
