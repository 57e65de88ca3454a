#include "rules/statistics/permutation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace waybill::statistics {
namespace {

constexpr std::uint64_t seed = 20'261'122;  // any number, always the same: the same input gives the same octets

// A sum of values times their number: up to 2^63 times the number of runs.
__extension__ using Wide = __int128;

Wide magnitude(Wide value)
{
    return value < 0 ? -value : value;
}

/// All values, the second sample's last.
struct Pool {
    std::vector<std::int64_t> values;
    std::size_t part;  // size of the second sample
    std::int64_t total;

    Pool(std::span<const std::int64_t> first, std::span<const std::int64_t> second)
        : values{first.begin(), first.end()}, part{second.size()}
    {
        values.insert(values.end(), second.begin(), second.end());
        total = std::accumulate(values.begin(), values.end(), std::int64_t{0});
    }

    // The difference of means, times what is the same for all splits: the second sample's sum decides.
    Wide difference(std::int64_t sum) const
    {
        return static_cast<Wide>(sum) * static_cast<Wide>(values.size()) -
               static_cast<Wide>(total) * static_cast<Wide>(part);
    }
};

/// Whether a split's difference speaks as strongly as the seen one.
class Comparison {
public:
    Comparison(const Pool& pool, std::int64_t seen_sum, Alternative alternative)
        : pool_{pool}, alternative_{alternative}, seen_{strength(seen_sum)}
    {
    }
    bool holds(std::int64_t sum) const { return strength(sum) >= seen_; }

private:
    Wide strength(std::int64_t sum) const
    {
        const Wide difference = pool_.difference(sum);
        if (alternative_ == Alternative::lower)
            return -difference;
        return alternative_ == Alternative::higher ? difference : magnitude(difference);
    }

    const Pool& pool_;
    Alternative alternative_;
    Wide seen_;
};

/// Goes through the splits by the places of the second sample, in lexical order: the last place that can still move on
/// does, and those behind it follow.
std::uint64_t count_hits(const Pool& pool, const Comparison& comparison)
{
    std::vector<std::size_t> places(pool.part);
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::int64_t sum = std::accumulate(pool.values.begin(),
                                       pool.values.begin() + static_cast<std::ptrdiff_t>(pool.part), std::int64_t{0});
    const std::size_t spare = pool.values.size() - pool.part;
    std::uint64_t hits = 0;
    for (;;) {
        hits += comparison.holds(sum) ? 1U : 0U;
        std::size_t moving = pool.part;
        while (moving > 0 && places[moving - 1] == spare + moving - 1)
            --moving;
        if (moving == 0)
            return hits;
        std::size_t next = places[moving - 1] + 1;
        for (std::size_t i = moving - 1; i < pool.part; ++i, ++next) {
            sum += pool.values[next] - pool.values[places[i]];
            places[i] = next;
        }
    }
}

/// A number below `bound`, each as probable; std::uniform_int_distribution may differ from library to library.
std::size_t draw_below(std::mt19937_64& engine, std::size_t bound)
{
    const std::uint64_t rest = (std::mt19937_64::max() % bound + 1) % bound;
    std::uint64_t drawn = engine();
    while (drawn > std::mt19937_64::max() - rest)  // ends: less than half of all numbers are refused
        drawn = engine();
    return drawn % bound;
}

std::uint64_t count_drawn_hits(const Pool& pool, const Comparison& comparison)
{
    std::mt19937_64 engine{seed};  // NOLINT(cert-msc32-c,cert-msc51-cpp,bugprone-random-generator-seed): see `seed`
    std::vector<std::int64_t> values = pool.values;
    std::uint64_t hits = 0;
    for (std::uint64_t draw = 0; draw < drawn_splits; ++draw) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < pool.part; ++i) {
            std::swap(values[i], values[i + draw_below(engine, values.size() - i)]);
            sum += values[i];
        }
        hits += comparison.holds(sum) ? 1U : 0U;
    }
    return hits;
}

/// A split in which the second sample has the lowest, or the highest, values that there are.
struct Extreme {
    enum class Side : std::uint8_t { low, high };

    double share = 1;   ///< of all splits that have this sum, or what drawing can give at least
    Wide distance = 0;  ///< of the means, times what is the same for all splits
};

/// `pool` is sorted and cut in two at `cut`: splits with the same sum differ in which of the values that are equal at
/// the cut are on which side.
Extreme extreme_at(const Pool& pool, std::size_t cut, Extreme::Side side)
{
    const std::span<const std::int64_t> values{pool.values};
    const auto second = side == Extreme::Side::low ? values.first(cut) : values.subspan(cut);
    const Wide distance = magnitude(pool.difference(std::accumulate(second.begin(), second.end(), std::int64_t{0})));
    const auto low_ties = static_cast<std::size_t>(std::ranges::count(values.first(cut), values[cut]));
    const auto high_ties = static_cast<std::size_t>(std::ranges::count(values.subspan(cut), values[cut]));
    if (low_ties + high_ties == values.size())
        return {.share = 1, .distance = distance};
    const std::uint64_t splits = count_splits(values.size(), cut, most_exact_splits + 1);
    if (splits > most_exact_splits)
        return {.share = 1.0 / static_cast<double>(drawn_splits + 1), .distance = distance};
    const std::uint64_t equal = count_splits(low_ties + high_ties, low_ties, splits);
    return {.share = static_cast<double>(equal) / static_cast<double>(splits), .distance = distance};
}

}  // namespace

std::int64_t most_addend(std::size_t values)
{
    return std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(std::max<std::size_t>(values, 1));
}

std::vector<std::int64_t> addends(std::span<const std::uint64_t> numbers, std::int64_t most)
{
    std::vector<std::int64_t> all;
    all.reserve(numbers.size());
    for (const std::uint64_t number : numbers)
        all.push_back(static_cast<std::int64_t>(std::min(number, static_cast<std::uint64_t>(most))));
    return all;
}

std::uint64_t count_splits(std::size_t all, std::size_t part, std::uint64_t limit)
{
    part = std::min(part, all - part);
    double splits = 1;  // exact up to 2^53, far above any limit that is used
    for (std::size_t i = 1; i <= part; ++i) {
        splits = std::round(splits * static_cast<double>(all - part + i) / static_cast<double>(i));
        if (splits >= static_cast<double>(limit))
            return limit;
    }
    return static_cast<std::uint64_t>(splits);
}

PermutationResult permutation_test(std::span<const std::int64_t> first, std::span<const std::int64_t> second,
                                   Alternative alternative)
{
    if (first.empty() || second.empty())
        return {};
    const Pool pool{first, second};
    const Comparison comparison{pool, std::accumulate(second.begin(), second.end(), std::int64_t{0}), alternative};
    const std::uint64_t splits = count_splits(pool.values.size(), pool.part, most_exact_splits + 1);
    if (splits <= most_exact_splits)
        return {.p = static_cast<double>(count_hits(pool, comparison)) / static_cast<double>(splits),
                .is_exact = true,
                .splits = splits};
    return {.p = static_cast<double>(count_drawn_hits(pool, comparison) + 1) / static_cast<double>(drawn_splits + 1),
            .is_exact = false,
            .splits = drawn_splits};
}

double least_permutation(std::span<const std::int64_t> first, std::span<const std::int64_t> second,
                         Alternative alternative)
{
    if (first.empty() || second.empty())
        return 1;
    Pool pool{first, second};
    std::ranges::sort(pool.values);
    const Extreme lowest = extreme_at(pool, pool.part, Extreme::Side::low);
    const Extreme highest = extreme_at(pool, pool.values.size() - pool.part, Extreme::Side::high);
    if (alternative == Alternative::lower)
        return lowest.share;
    if (alternative == Alternative::higher)
        return highest.share;
    if (lowest.distance == highest.distance)
        return std::min(lowest.share + highest.share, 1.0);
    return lowest.distance > highest.distance ? lowest.share : highest.share;
}

}  // namespace waybill::statistics
