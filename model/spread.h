#pragma once

#include <cstdint>
#include <vector>

namespace waybill {

/// What a number was in several runs: 0 runs, and all 0, where there were none.
struct Spread {
    std::uint64_t least = 0;
    std::uint64_t median = 0;  ///< the lower of two: a number that a run had
    std::uint64_t most = 0;
    std::uint32_t runs = 0;

    /// Of a number for each run.
    static Spread of(std::vector<std::uint64_t> numbers);

    friend bool operator==(const Spread&, const Spread&) = default;
};

}  // namespace waybill
