#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace waybill {

constexpr std::size_t max_decimal_digits = 20;  // of 2^64 - 1

/// Writes a number below 100 as two digits.
inline void write_two_digits(std::uint32_t number, std::span<char, 2> into)
{
    static constexpr auto pairs = [] {
        std::array<std::array<char, 2>, 100> all{};
        for (std::size_t value = 0; value < all.size(); ++value)
            all[value] = {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
        return all;
    }();
    std::memcpy(into.data(), pairs[number].data(), into.size());
}

/// A number below 1,000 in digits.
struct ThreeDigits {
    std::array<char, 3> padded{};  ///< zeros in front
    std::uint8_t count = 0;        ///< of the digits without zeros in front
    std::array<char, 4> digits{};  ///< without zeros in front
};

inline constexpr auto three_digits = [] {
    std::array<ThreeDigits, 1000> all{};
    for (std::size_t value = 0; value < all.size(); ++value) {
        ThreeDigits& entry = all[value];
        entry.count = value < 10 ? 1 : value < 100 ? 2 : 3;
        entry.padded = {static_cast<char>('0' + value / 100), static_cast<char>('0' + value / 10 % 10),
                        static_cast<char>('0' + value % 10)};
        for (std::size_t at = 0; at < entry.count; ++at)
            entry.digits[at] = entry.padded[at + 3 - entry.count];
    }
    return all;
}();

/// Writes a number below 1,000 as three digits, zeros in front.
inline void write_three_digits(std::uint32_t number, std::span<char, 3> into)
{
    std::memcpy(into.data(), three_digits[number].padded.data(), into.size());
}

/// write_decimal() of a number of seven digits or more.
std::size_t write_long_decimal(std::uint64_t number, std::span<char, max_decimal_digits> room);

/// Writes a number without zeros in front, and gives how many digits it takes. The octets of `room` behind them change.
inline std::size_t write_decimal(std::uint64_t number, std::span<char, max_decimal_digits> room)
{
    if (number >= 1'000'000)
        return write_long_decimal(number, room);
    const auto few = static_cast<std::uint32_t>(number);
    const ThreeDigits& first = three_digits[few < 1000 ? few : few / 1000];
    std::memcpy(room.data(), first.digits.data(), first.digits.size());
    if (few < 1000)
        return first.count;
    write_three_digits(few % 1000, std::span<char, 3>{room.begin() + first.count, 3});
    return first.count + 3U;
}

}  // namespace waybill
