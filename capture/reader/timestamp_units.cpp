#include "capture/reader/timestamp_units.h"

#include <limits>

namespace waybill {

namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr unsigned binary_flag = 0x80;
constexpr unsigned most_decimal_digits = 19;  // 10^19 is the largest power of ten in 64 bits

struct SplitTime {
    std::uint64_t seconds;
    std::uint64_t nanoseconds;
};

constexpr std::uint64_t power_of_ten(unsigned exponent)
{
    std::uint64_t power = 1;
    for (unsigned i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

SplitTime split_decimal(std::uint64_t units, unsigned digits)
{
    if (digits <= 9) {
        const std::uint64_t per_second = power_of_ten(digits);
        return {units / per_second, units % per_second * power_of_ten(9 - digits)};
    }
    const std::uint64_t nanoseconds =
        digits - 9 > most_decimal_digits ? 0 : units / power_of_ten(digits - 9);  // 10^20 units are under 1 ns
    return {nanoseconds / second, nanoseconds % second};
}

SplitTime split_binary(std::uint64_t units, unsigned bits)
{
    const std::uint64_t seconds = bits < 64 ? units >> bits : 0;
    const std::uint64_t fraction = bits < 64 ? units - (seconds << bits) : units;
    // fraction * 10^9 / 2^bits, in two halves of 32 bits
    const std::uint64_t low = (fraction & 0xffffffffU) * second;
    const std::uint64_t high = (fraction >> 32U) * second + (low >> 32U);
    if (bits >= 32)
        return {seconds, bits - 32 < 64 ? high >> (bits - 32) : 0};
    return {seconds, low >> bits};
}

CaptureTime join(SplitTime split, std::int64_t offset_seconds)
{
    const std::uint64_t magnitude = offset_seconds < 0 ? 0 - static_cast<std::uint64_t>(offset_seconds)
                                                       : static_cast<std::uint64_t>(offset_seconds);
    const bool negative = offset_seconds < 0 && magnitude > split.seconds;
    constexpr std::uint64_t whole_seconds = static_cast<std::uint64_t>(most) / second - 1;
    const std::uint64_t distance = offset_seconds < 0
                                       ? (negative ? magnitude - split.seconds : split.seconds - magnitude)
                                       : split.seconds + magnitude;
    if (distance > whole_seconds || (offset_seconds > 0 && distance < magnitude))
        return {Timestamp{std::chrono::nanoseconds{negative ? least : most}}, true};
    const auto whole = static_cast<std::int64_t>(distance * second);
    const auto nanoseconds = static_cast<std::int64_t>(split.nanoseconds);
    return {Timestamp{std::chrono::nanoseconds{(negative ? -whole : whole) + nanoseconds}}, false};
}

}  // namespace

TimestampUnits::TimestampUnits(std::uint8_t resolution, std::int64_t offset_seconds)
    : resolution_{resolution}, offset_seconds_{offset_seconds}
{
    constexpr std::int64_t most_plain_offset = most / static_cast<std::int64_t>(second) / 2;
    if (resolution > 9 || offset_seconds > most_plain_offset || offset_seconds < -most_plain_offset)
        return;
    nanoseconds_per_unit_ = power_of_ten(9U - resolution);
    plain_offset_nanoseconds_ = offset_seconds * static_cast<std::int64_t>(second);
    plain_limit_ = static_cast<std::uint64_t>(most) / 2 / nanoseconds_per_unit_;
}

CaptureTime TimestampUnits::exact_time(std::uint64_t units) const
{
    const unsigned exponent = resolution_ & ~binary_flag;
    const bool binary = (resolution_ & binary_flag) != 0;
    return join(binary ? split_binary(units, exponent) : split_decimal(units, exponent), offset_seconds_);
}

}  // namespace waybill
