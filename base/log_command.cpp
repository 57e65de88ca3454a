#include "base/log_command.h"

#include <algorithm>

#include "base/ascii.h"

namespace waybill {
namespace {

/// Whether a line could begin at `at`: it is the beginning, or stands behind a space of any alphabet.
bool may_begin_line(std::string_view text, std::size_t at)
{
    return at == 0 || static_cast<unsigned char>(text[at - 1]) <= ' ' ||
           static_cast<unsigned char>(text[at - 1]) >= 0x80;
}

bool is_letter(char character)
{
    return to_lower(character) >= 'a' && to_lower(character) <= 'z';
}

bool is_of_address(char character)
{
    return to_lower(character) >= 'a' && to_lower(character) <= 'f';
}

/// Whether a name begins it that is a command's: letters and hyphens, not all of which an address could have.
bool begins_name(std::string_view text)
{
    const auto end = std::ranges::find_if_not(text, [](char each) { return is_letter(each) || each == '-'; });
    return std::any_of(text.begin(), end, [](char each) { return !is_of_address(each); });
}

}  // namespace

bool begins_log_command(std::string_view text, std::size_t at)
{
    const std::string_view rest = text.substr(at);
    if (rest.starts_with('#'))
        return at > 0 && text[at - 1] == '#';
    return rest.starts_with("::") && may_begin_line(text, at) && begins_name(rest.substr(2));
}

}  // namespace waybill
