#include "base/base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>

namespace waybill {
namespace {

constexpr std::size_t octets_of_a_group = 3;
constexpr std::size_t digits_of_a_group = 4;
constexpr std::size_t most_digits = std::numeric_limits<int>::max() / 2;  // libcrypto counts in int

// EVP reads and writes unsigned char, which may alias char and std::byte.
template <class Octet>
auto* as_unsigned(Octet* octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<unsigned char*>(octets);
}
const unsigned char* as_unsigned(const char* octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<const unsigned char*>(octets);
}
const unsigned char* as_unsigned(const std::byte* octets)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<const unsigned char*>(octets);
}

}  // namespace

std::string to_base64(Bytes octets)
{
    const std::size_t groups = octets.size() / octets_of_a_group + (octets.size() % octets_of_a_group == 0 ? 0 : 1);
    std::string text;
    text.resize(groups * digits_of_a_group + 1);  // and a zero, which EVP appends
    const int written =
        EVP_EncodeBlock(as_unsigned(text.data()), as_unsigned(octets.data()), static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(written));
    return text;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text)
{
    if (text.size() % digits_of_a_group != 0 || text.size() > most_digits)
        return std::nullopt;
    std::string usual{text};
    std::ranges::replace(usual, '-', '+');
    std::ranges::replace(usual, '_', '/');
    std::vector<std::byte> octets(usual.size() / digits_of_a_group * octets_of_a_group);
    const int decoded =
        EVP_DecodeBlock(as_unsigned(octets.data()), as_unsigned(usual.c_str()), static_cast<int>(usual.size()));
    if (decoded < 0)
        return std::nullopt;
    const std::size_t padding = usual.size() - std::min(usual.find_last_not_of('=') + 1, usual.size());
    if (padding > 2 || padding > static_cast<std::size_t>(decoded))
        return std::nullopt;
    octets.resize(static_cast<std::size_t>(decoded) - padding);
    if (to_base64(octets) != usual)  // EVP passes over spaces at the ends and stray bits
        return std::nullopt;
    return octets;
}

}  // namespace waybill
