#pragma once

#include <cstdint>

namespace waybill::statistics {

// The only door to Boost.Math, which is slow to compile.

/// The exact bounds of Clopper and Pearson (1934) for a probability of which `count` of `runs` were seen: the
/// probability is below the lower one, or above the upper one, with `error` at most. `count` <= `runs`, and
/// 0 < `error` < 1. Without runs 0 and 1.
double lower_bound(std::uint32_t count, std::uint32_t runs, double error);
double upper_bound(std::uint32_t count, std::uint32_t runs, double error);

/// What a standard normal variable exceeds with probability `error`, 0 < `error` < 1.
double normal_deviate(double error);

}  // namespace waybill::statistics
