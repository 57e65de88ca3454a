#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace waybill {

constexpr std::size_t max_decimal_digits = 20;  // of 2^64 - 1

/// Splits numbers below 10,000, one in the lower half and one in the upper, into digits: octets from 0 to 9, the first
/// digit in the lowest. Each step splits every lane in two, all at once: the quotient stays below, the remainder goes
/// above.
constexpr std::uint64_t split_fours(std::uint64_t fours)
{
    const std::uint64_t hundreds = (fours * 10'486 >> 20U) & 0x7f'0000'007f;  // x / 100, exact below 43,690
    const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16U;
    const std::uint64_t tens = (twos * 103 >> 10U) & 0x0f'000f'000f'000f;  // x / 10, exact below 179
    return tens | (twos - 10 * tens) << 8U;
}

/// The digits of a number below 10^8, as split_fours() has them.
constexpr std::uint64_t eight_digits(std::uint32_t number)
{
    return split_fours(number / 10'000 | std::uint64_t{number % 10'000} << 32U);
}
static_assert(eight_digits(12'345'678) == 0x0807'0605'0403'0201 && eight_digits(99'999'999) == 0x0909'0909'0909'0909);

/// Writes eight characters, of which the lowest octet is the first.
inline void write_octets(std::uint64_t octets, std::span<char, 8> into)
{
    if constexpr (std::endian::native == std::endian::big)
        octets = std::byteswap(octets);
    std::memcpy(into.data(), &octets, sizeof octets);
}

/// Writes a number below 10^8 as eight digits, zeros in front.
inline void write_eight_digits(std::uint32_t number, std::span<char, 8> into)
{
    write_octets(eight_digits(number) | 0x3030'3030'3030'3030, into);
}

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

/// Writes a number without zeros in front, and gives how many digits it takes. The octets of `room` behind them change.
std::size_t write_decimal(std::uint64_t number, std::span<char, max_decimal_digits> room);

}  // namespace waybill
