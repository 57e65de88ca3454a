#pragma once

#include <span>

#include "model/diff.h"
#include "model/report.h"

namespace waybill::diff {

/// Compares the recordings of two sides, each at least one, all rated with the same packs. Without circumstances.
Diff compare(const BeforeAfter<std::span<const Report>>& sides);

}  // namespace waybill::diff
