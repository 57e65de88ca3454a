#pragma once

#include <cstdint>
#include <optional>

#include "model/diff.h"

namespace waybill::diff {

// Where a test shows that the sides differ: what is so little that nobody need look. A packet without payload takes 40
// to 80 octets with its options, and a version number in a request a few.
constexpr Tolerance bytes_with_test{1.05, 80};
constexpr Tolerance flows_with_test{1.0, 0};

/// Of something that runs had or had not. Without a test, or where it shows nothing, it is a difference only where
/// every run of one side had it and none of the other.
DiffVerdict verdict_of(const BeforeAfter<SeenIn>& seen, std::optional<double> p);

/// Of numbers of bytes or of flows, of which there are as many as runs contacted the endpoint. A side without numbers
/// is the same as any. Of one number a side the caller knows whether it is that of all runs.
DiffVerdict verdict_of(Aspect aspect, const BeforeAfter<Spread>& numbers, std::optional<double> p);

/// Whether no test can be of use: all numbers together lie within what is tolerated.
bool is_within_tolerance(Aspect aspect, const BeforeAfter<Spread>& numbers);

}  // namespace waybill::diff
