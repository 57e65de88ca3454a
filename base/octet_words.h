#pragma once

#include <cstdint>

namespace waybill {

/// An octet eight times.
constexpr std::uint64_t eight_times(unsigned char octet)
{
    return 0x0101010101010101 * std::uint64_t{octet};
}

/// The top bit of some octet is set where one of the eight is not printable ASCII or is one of these characters, and
/// only then. A sum or a difference that spills into the next octet does so from one that counts itself.
template <char... special>
constexpr std::uint64_t find_special(std::uint64_t octets)
{
    const std::uint64_t control = octets - eight_times(' ');
    const std::uint64_t is_special = (((octets ^ eight_times(special)) - eight_times(1)) | ...);
    const std::uint64_t delete_character = octets + eight_times(1);
    return (octets | control | is_special | delete_character) & eight_times(0x80);
}
static_assert(find_special<'"', '\\'>(eight_times(' ')) == 0 && find_special<'"', '\\'>(eight_times('~')) == 0);
static_assert(find_special<'"', '\\'>(eight_times('a') - 'a' + '"') != 0);
static_assert(find_special<'"', '\\'>(eight_times('a') - 'a' + 0x7f) != 0);

}  // namespace waybill
