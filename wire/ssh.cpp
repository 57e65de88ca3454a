#include "wire/ssh.h"

#include <algorithm>

namespace waybill::ssh {
namespace {

using enum ParseError::Kind;

constexpr std::string_view start = "SSH-";

bool is_control(char character)
{
    return (character >= 0 && character < ' ') || character == '\x7f';
}

bool is_identification(std::string_view line)
{
    const auto version_end = line.find('-', start.size());
    return version_end != std::string_view::npos && version_end > start.size() &&
           std::ranges::none_of(line, is_control);
}

}  // namespace

bool could_be_identification(std::string_view text)
{
    const auto length = std::min(text.size(), start.size());
    return text.substr(0, length) == start.substr(0, length);
}

std::expected<Identification, ParseError> parse_identification(std::string_view text)
{
    std::size_t line_start = 0;
    while (true) {  // ends: each turn goes on behind a line end
        const auto end = text.find('\n', line_start);
        std::string_view line = text.substr(line_start, end == std::string_view::npos ? end : end - line_start);
        const bool announced = line.starts_with(start);
        if (announced && line.size() >= max_identification_octets)  // the line end is one octet at least
            return std::unexpected(ParseError{too_long, line_start + max_identification_octets});
        if (end == std::string_view::npos) {
            if (!announced && text.size() > max_preceding_octets)
                return std::unexpected(ParseError{too_long, max_preceding_octets});
            return std::unexpected(ParseError{truncated, text.size()});
        }
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (announced && !is_identification(line))
            return std::unexpected(ParseError{bad_value, line_start});
        if (announced)
            return Identification{line, end + 1};
        line_start = end + 1;
        if (line_start > max_preceding_octets)
            return std::unexpected(ParseError{too_long, max_preceding_octets});
    }
}

}  // namespace waybill::ssh
