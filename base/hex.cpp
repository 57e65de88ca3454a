#include "base/hex.h"

#include <array>
#include <cstring>
#include <memory>

namespace waybill {
namespace {

std::optional<unsigned> digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f')
        return static_cast<unsigned>(digit - 'a') + 10U;
    if (digit >= 'A' && digit <= 'F')
        return static_cast<unsigned>(digit - 'A') + 10U;
    return std::nullopt;
}

constexpr auto pairs = [] {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> all{};
    for (std::size_t value = 0; value < all.size(); ++value)
        all[value] = {digits[value / 16], digits[value % 16]};
    return all;
}();

}  // namespace

std::string to_hex(Bytes octets)
{
    std::string out(octets.size() * 2, '\0');
    write_hex(octets, out);
    return out;
}

void write_hex(Bytes octets, std::span<char> room)
{
    auto out = room.first(2 * octets.size()).begin();
    for (const std::byte octet : octets) {
        std::memcpy(std::to_address(out), pairs[std::to_integer<std::size_t>(octet)].data(), 2);
        out += 2;
    }
}

std::optional<std::vector<std::byte>> from_hex(std::string_view digits)
{
    std::vector<std::byte> octets;
    std::optional<unsigned> high;
    for (const char character : digits) {
        if (!high && (character == ' ' || character == '|' || character == '\n'))
            continue;
        const auto value = digit_value(character);
        if (!value)
            return std::nullopt;
        if (!high) {
            high = value;
            continue;
        }
        octets.push_back(static_cast<std::byte>(*high << 4U | *value));
        high.reset();
    }
    if (high)
        return std::nullopt;
    return octets;
}

}  // namespace waybill
