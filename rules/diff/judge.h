#pragma once

#include <cstdint>

#include "model/diff.h"

namespace waybill::diff {

/// What is asked to end with 1.
enum class FailOn : std::uint8_t { nothing, new_purpose, new_endpoint, any };

/// Whether there is such a difference. Input that was lost on a side leaves it open, where the answer rests on what
/// that side did not contact: a difference that only such input may have made, or none where one may have been missed.
enum class Judgement : std::uint8_t { no, yes, open };
Judgement judge(const Diff& compared, FailOn asked);

}  // namespace waybill::diff
