#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/diff.h"

namespace waybill::diff {

/// The tests of a comparison, whose results are corrected together: the more one looks for, the more chance finds.
class Family {
public:
    /// A test by Fisher of whether the sides' runs have something equally often.
    std::size_t add(const BeforeAfter<SeenIn>& seen);

    /// A test by permutation of whether the numbers of the sides' runs have the same mean.
    std::size_t add(const BeforeAfter<std::vector<std::uint64_t>>& numbers);

    /// Whether tests of so many runs a side can show anything.
    static bool can_show(std::uint32_t before, std::uint32_t after);

    /// Corrects the results of all tests that can show something at all; once, after the last one was added.
    void correct();

    /// The corrected result; nothing of a test that cannot show anything by so few runs.
    std::optional<double> result(std::size_t test) const { return corrected_[test]; }

    std::uint64_t size() const { return counted_; }  ///< tests that can show something

private:
    std::vector<double> results_;
    std::vector<double> least_;  // that each could give
    std::vector<std::optional<double>> corrected_;
    std::uint64_t counted_ = 0;
};

}  // namespace waybill::diff
