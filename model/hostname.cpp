#include "model/hostname.h"

#include <array>

namespace waybill {
namespace {

constexpr std::size_t max_name_characters = 253;  // RFC 1035, 2.3.4: 255 octets less the length and root octets
constexpr std::size_t max_label_characters = 63;  // RFC 1035, 2.3.4

/// The character of a host name that each octet stands for, in lower case; 0 for one that stands for none.
constexpr auto host_characters = [] {
    std::array<char, 256> characters{};
    for (char character = 'a'; character <= 'z'; ++character) {
        characters.at(static_cast<unsigned char>(character)) = character;
        characters.at(static_cast<unsigned char>(character - 'a' + 'A')) = character;
    }
    for (const char character : std::string_view{"0123456789-_"})
        characters.at(static_cast<unsigned char>(character)) = character;
    return characters;
}();

}  // namespace

std::expected<Hostname, HostnameError> Hostname::parse(std::string_view text)
{
    using enum HostnameError;
    if (text.ends_with('.'))
        text.remove_suffix(1);
    if (text.empty())
        return std::unexpected(empty);
    if (text.size() > max_name_characters)
        return std::unexpected(too_long);
    std::string lower{text};
    std::size_t label = 0;
    for (char& character : lower) {
        if (character == '.') {
            if (label == 0)
                return std::unexpected(empty_label);
            label = 0;
            continue;
        }
        character = host_characters.at(static_cast<unsigned char>(character));
        if (character == '\0')
            return std::unexpected(bad_character);
        if (++label > max_label_characters)
            return std::unexpected(label_too_long);
    }
    if (label == 0)
        return std::unexpected(empty_label);
    return Hostname{std::move(lower)};
}

}  // namespace waybill
