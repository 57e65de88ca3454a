#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rules/statistics/presence.h"

namespace waybill::statistics {

/// More than so many runs of an arm are not looked for.
constexpr std::uint32_t most_repeats = 1000;

/// How many runs each arm needs so that Fisher's test is below the level, if the runs go on at the observed rates.
/// Nothing where `most_repeats` are not enough, and at once where the rates do not differ in the alternative's
/// direction.
std::optional<std::uint32_t> repeats_for_difference(Presence first, Presence second, Alternative alternative,
                                                    double level);

/// Likewise so that largest_drop() is below the margin.
std::optional<std::uint32_t> repeats_for_margin(Presence first, Presence second, double margin);

/// Likewise so that a permutation test of means is below the level, if mean and spread stay as observed: by the normal
/// approximation, and at least as many as give enough splits. Nothing also where the means do not differ in the
/// alternative's direction.
std::optional<std::uint32_t> repeats_for_difference(std::span<const std::int64_t> first,
                                                    std::span<const std::int64_t> second, Alternative alternative,
                                                    double level);

}  // namespace waybill::statistics
