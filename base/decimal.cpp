#include "base/decimal.h"

namespace waybill {

std::size_t write_long_decimal(std::uint64_t number, std::span<char, max_decimal_digits> room)
{
    constexpr std::uint64_t places = 1'000'000;
    const std::size_t digits = write_decimal(number / places, room);
    const auto rest = static_cast<std::uint32_t>(number % places);
    write_three_digits(rest / 1000, room.subspan(digits).first<3>());
    write_three_digits(rest % 1000, room.subspan(digits + 3).first<3>());
    return digits + 6;
}

}  // namespace waybill
