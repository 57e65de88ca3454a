#include "base/decimal.h"

namespace waybill {
namespace {

constexpr std::uint64_t eight_places = 100'000'000;

/// Writes digits without the zeros in front, but for the last of `places`.
template <unsigned places>
std::size_t write_digits(std::uint64_t digits, std::span<char, max_decimal_digits> room)
{
    constexpr std::uint64_t last = std::uint64_t{1} << (8 * (places - 1));
    const auto zeros = static_cast<unsigned>(std::countr_zero(digits | last)) / 8;
    write_octets((digits | 0x3030'3030'3030'3030) >> (8 * zeros), room.first<8>());
    return places - zeros;
}

// Apart, so that short numbers need none of its registers.
[[gnu::noinline]] std::size_t write_long_decimal(std::uint64_t number, std::span<char, max_decimal_digits> room)
{
    const std::size_t digits = write_decimal(number / eight_places, room);
    write_eight_digits(static_cast<std::uint32_t>(number % eight_places), room.subspan(digits).first<8>());
    return digits + 8;
}

}  // namespace

std::size_t write_decimal(std::uint64_t number, std::span<char, max_decimal_digits> room)
{
    if (number < 10'000)
        return write_digits<4>(split_fours(number), room);
    if (number < eight_places)
        return write_digits<8>(eight_digits(static_cast<std::uint32_t>(number)), room);
    return write_long_decimal(number, room);
}

}  // namespace waybill
