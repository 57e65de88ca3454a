#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rules/statistics/presence.h"

namespace waybill::statistics {

/// What a permutation test found, and how.
struct PermutationResult {
    double p = 1;
    bool is_exact = true;      ///< every split was looked at; else some were drawn
    std::uint64_t splits = 0;  ///< that were looked at or drawn
};

/// At most so many splits are looked at one by one; beyond, so many are drawn.
constexpr std::uint64_t most_exact_splits = 200'000;  // ten and ten values have 184,756
constexpr std::uint64_t drawn_splits = 99'999;

/// Tests a difference of means of numbers per run, such as octets: the share of splits of all values into two samples
/// of these sizes whose difference speaks as strongly for the alternative. Where splits are drawn it is
/// (hits + 1) / (draws + 1), from the same seed each time. 1 where a sample is empty. No value may be beyond
/// most_addend() of the number of all, nor below its negative.
PermutationResult permutation_test(std::span<const std::int64_t> first, std::span<const std::int64_t> second,
                                   Alternative alternative);

/// The smallest value that the test could give for these values, however they were split into such samples: it depends
/// on the pooled data alone. For drawn splits a lower bound of it.
double least_permutation(std::span<const std::int64_t> first, std::span<const std::int64_t> second,
                         Alternative alternative);

/// How large each of so many values may be, so that their sum is a number of 64 bits.
std::int64_t most_addend(std::size_t values);

/// The numbers as the test adds them up, those beyond `most` as `most`.
std::vector<std::int64_t> addends(std::span<const std::uint64_t> numbers, std::int64_t most);

/// In how many ways `all` values split into `part` and the rest; `limit` where they are more.
std::uint64_t count_splits(std::size_t all, std::size_t part, std::uint64_t limit);

}  // namespace waybill::statistics
