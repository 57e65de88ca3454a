#include <doctest/doctest.h>

#include <limits>

#include "capture/reader/timestamp_units.h"

namespace waybill {

TEST_CASE("pcapng times of any unit become nanoseconds, without overflow")
{
    constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    struct Row {
        const char* what;
        std::uint8_t resolution;
        std::int64_t offset_seconds;
        std::uint64_t units;
        std::int64_t nanoseconds;
        bool clamped;
    };
    const Row rows[] = {
        {"microseconds", 6, 0, 1'700'000'000'123'456, 1'700'000'000'123'456'000, false},
        {"nanoseconds", 9, 0, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789, false},
        {"seconds", 0, 0, 4'294'967'296, 4'294'967'296'000'000'000, false},
        {"picoseconds are cut off", 12, 0, 1'700'000'000'123'999, 1'700'000'000'123, false},
        {"10^-28 s", 28, 0, all, 1, false},
        {"10^-29 s are under a nanosecond", 29, 0, all, 0, false},
        {"10^-127 s", 127, 0, all, 0, false},
        {"2^-10 s", 0x8a, 0, 1024 + 512, 1'500'000'000, false},
        {"2^0 s", 0x80, 0, 7, 7'000'000'000, false},
        {"2^-32 s", 0xa0, 0, (std::uint64_t{3} << 32U) + (1U << 31U), 3'500'000'000, false},
        {"2^-63 s", 0xbf, 0, (std::uint64_t{1} << 63U) + (std::uint64_t{1} << 62U), 1'500'000'000, false},
        {"2^-64 s", 0xc0, 0, std::uint64_t{1} << 63U, 500'000'000, false},
        {"2^-127 s", 0xff, 0, all, 0, false},
        {"an offset forwards", 6, 1'700'000'000, 5, 1'700'000'000'000'005'000, false},
        {"an offset backwards", 6, -10, 1'000'001, -8'999'999'000, false},
        {"an offset backwards that does not reach 1970", 0x80, -3, 10, 7'000'000'000, false},
        {"an offset backwards of slow units", 0x8a, -3, 512, -2'500'000'000, false},
        {"too late", 6, 0, all, most, true},
        {"too late by its offset", 6, most, 1, most, true},
        {"too early by its offset", 6, least, 1, least, true},
        {"too late by both", 0, most, all, most, true},
        {"too late and set back", 9, -9'300'000'000, all, 9'146'744'073'709'551'615, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const CaptureTime time = TimestampUnits{row.resolution, row.offset_seconds}.time(row.units);
        CHECK(time.time.time_since_epoch().count() == row.nanoseconds);
        CHECK(time.clamped == row.clamped);
    }
}

}  // namespace waybill
