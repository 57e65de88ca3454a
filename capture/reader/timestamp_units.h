#pragma once

#include <cstdint>

#include "model/time.h"

namespace waybill {

/// A capture time, and whether it had to be set to the nearest that nanoseconds in 64 bits can tell.
struct CaptureTime {
    Timestamp time;
    bool clamped = false;

    friend bool operator==(const CaptureTime&, const CaptureTime&) = default;
};

/// Turns a pcapng interface's 64-bit times into nanoseconds since 1970 (draft-ietf-opsawg-pcapng, 4.2: if_tsresol and
/// if_tsoffset). Digits below a nanosecond are cut off; no unit or value overflows.
class TimestampUnits {
public:
    /// `resolution` as if_tsresol has it: 10^-n seconds, or 2^-n with the highest bit set. `offset` is added.
    explicit TimestampUnits(std::uint8_t resolution = microseconds, std::int64_t offset_seconds = 0);

    CaptureTime time(std::uint64_t units) const
    {
        if (units <= plain_limit_) [[likely]]
            return {Timestamp{std::chrono::nanoseconds{static_cast<std::int64_t>(units * nanoseconds_per_unit_) +
                                                       plain_offset_nanoseconds_}},
                    false};
        return exact_time(units);
    }

private:
    static constexpr std::uint8_t microseconds = 6;  // the draft's default

    CaptureTime exact_time(std::uint64_t units) const;

    std::uint8_t resolution_;
    std::int64_t offset_seconds_;
    std::uint64_t nanoseconds_per_unit_ = 0;  ///< 0 where a unit is not a whole number of nanoseconds
    std::int64_t plain_offset_nanoseconds_ = 0;
    std::uint64_t plain_limit_ = 0;  ///< up to here one multiplication and one addition do it, without overflow
};

}  // namespace waybill
