#include "model/hostname.h"

namespace waybill {
namespace {

constexpr std::size_t max_name_characters = 253;  // RFC 1035, 2.3.4: 255 octets less the length and root octets
constexpr std::size_t max_label_characters = 63;  // RFC 1035, 2.3.4

bool is_host_character(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '-' ||
           character == '_';
}

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
    std::string lower;
    lower.reserve(text.size());
    std::size_t label = 0;
    for (char character : text) {
        if (character >= 'A' && character <= 'Z')
            character = static_cast<char>(character - 'A' + 'a');
        lower += character;
        if (character == '.') {
            if (label == 0)
                return std::unexpected(empty_label);
            label = 0;
            continue;
        }
        if (!is_host_character(character))
            return std::unexpected(bad_character);
        if (++label > max_label_characters)
            return std::unexpected(label_too_long);
    }
    if (label == 0)
        return std::unexpected(empty_label);
    return Hostname{std::move(lower)};
}

}  // namespace waybill
