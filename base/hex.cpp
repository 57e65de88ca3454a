#include "base/hex.h"

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

}  // namespace

std::string to_hex(Bytes octets)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(octets.size() * 2);
    for (const std::byte octet : octets) {
        out += digits[std::to_integer<unsigned>(octet >> 4U)];
        out += digits[std::to_integer<unsigned>(octet & std::byte{0x0f})];
    }
    return out;
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
