#include "capture/mark/mark_lines.h"

#include <algorithm>
#include <utility>

#include "model/phase.h"

namespace waybill {
namespace {

constexpr std::string_view white = " \t\r";

std::string_view without_white_ends(std::string_view line)
{
    const std::size_t first = line.find_first_not_of(white);
    if (first == std::string_view::npos)
        return {};
    return line.substr(first, line.find_last_not_of(white) - first + 1);
}

/// Without the octets at its end that are a part of a character (RFC 3629, 3).
std::string_view without_torn_end(std::string_view text)
{
    constexpr std::size_t longest_character = 4;
    constexpr auto is_continuation = [](char octet) { return (static_cast<unsigned char>(octet) & 0xc0U) == 0x80U; };
    for (std::size_t back = 1; back <= std::min(longest_character, text.size()); ++back) {
        const auto octet = static_cast<unsigned char>(text[text.size() - back]);
        if (is_continuation(static_cast<char>(octet)))
            continue;
        const std::size_t length = octet >= 0xf0U ? 4 : octet >= 0xe0U ? 3 : octet >= 0xc0U ? 2 : 1;
        return length > back ? text.substr(0, text.size() - back) : text;
    }
    return text;
}

}  // namespace

void MarkLines::keep(std::string_view octets)
{
    const std::size_t room = Mark::max_label_octets - begun_.size();
    is_cut_ |= octets.size() > room;
    begun_ += octets.substr(0, room);
}

std::vector<std::string> MarkLines::add(std::string_view octets)
{
    std::vector<std::string> labels;
    for (std::size_t end = octets.find('\n'); end != std::string_view::npos; end = octets.find('\n')) {
        keep(octets.substr(0, end));  // each turn takes a line
        octets.remove_prefix(end + 1);
        const std::string line = std::exchange(begun_, {});
        const std::string_view label = without_white_ends(is_cut_ ? without_torn_end(line) : std::string_view{line});
        if (!label.empty())
            labels.push_back(std::string{label} + (is_cut_ ? "…" : ""));
        is_cut_ = false;
    }
    keep(octets);
    return labels;
}

}  // namespace waybill
