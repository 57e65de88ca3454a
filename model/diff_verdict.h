#pragma once

#include <cstdint>
#include <string_view>

#include "model/spread.h"

namespace waybill {

/// A value of each side.
template <typename Value>
struct BeforeAfter {
    Value before{};
    Value after{};

    friend bool operator==(const BeforeAfter&, const BeforeAfter&) = default;
};

/// Numbers that differ by no more count as alike: both must be exceeded.
struct Tolerance {
    double factor;
    std::uint64_t difference;
};

/// In how many of a side's runs something was.
struct SeenIn {
    std::uint32_t count = 0;
    std::uint32_t runs = 0;

    friend bool operator==(const SeenIn&, const SeenIn&) = default;
};

/// What is said of something that is compared.
enum class DiffVerdict : std::uint8_t {
    same,
    appeared,   ///< not before
    gone,       ///< not after
    changed,    ///< on both sides, and not alike
    varies,     ///< between the runs of a side, so that no difference of the sides is shown
    undecided,  ///< every run of one side lies apart from every run of the other, but they are too few to show it
};

/// same, new, gone, changed, varies, undecided
std::string_view text(DiffVerdict verdict);

/// Whether it is a difference of the sides.
constexpr bool is_difference(DiffVerdict verdict)
{
    return verdict == DiffVerdict::appeared || verdict == DiffVerdict::gone || verdict == DiffVerdict::changed;
}

}  // namespace waybill
