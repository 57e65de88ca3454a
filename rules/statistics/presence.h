#pragma once

#include <cstdint>

namespace waybill::statistics {

/// In how many of an arm's runs something was there; `count` <= `runs`.
struct Presence {
    std::uint32_t count = 0;
    std::uint32_t runs = 0;

    bool is_always() const { return runs > 0 && count == runs; }
    friend bool operator==(const Presence&, const Presence&) = default;
};

/// What a test looks for: that the second sample is lower, or higher, or either.
enum class Alternative : std::uint8_t { lower, higher, different };

/// Fisher's exact test of two presences: how probable a table that speaks as strongly for the alternative is, where
/// both arms have the same probability and as many runs in all have what is looked for. Two-sided, tables that are no
/// more probable than the seen one count, as in R. 1 where an arm has no runs.
double fisher_exact(Presence first, Presence second, Alternative alternative);

/// The smallest value that the test could give for these numbers of runs and this sum of both counts: it depends on
/// the pooled data alone.
double least_fisher_exact(Presence first, Presence second, Alternative alternative);

/// How far the second probability may lie below the first one, at most: exact bounds of both, which together err with
/// a probability of 5 % at most.
double largest_drop(Presence first, Presence second);

}  // namespace waybill::statistics
