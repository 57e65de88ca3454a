#include "report/columns.h"

#include <algorithm>
#include <array>

#include "base/log_command.h"
#include "base/utf8.h"

namespace waybill {
namespace {

constexpr std::string_view ellipsis = "…";

struct Block {
    std::uint32_t first;
    std::uint32_t last;
};

/// The larger blocks of marks that stand over or under the character before them (Unicode, category Mn), and selectors.
constexpr std::array combining{Block{0x0300, 0x036f}, Block{0x0483, 0x0489},  Block{0x0591, 0x05bd},
                               Block{0x0610, 0x061a}, Block{0x064b, 0x065f},  Block{0x1ab0, 0x1aff},
                               Block{0x1dc0, 0x1dff}, Block{0x20d0, 0x20ff},  Block{0xfe00, 0xfe0f},
                               Block{0xfe20, 0xfe2f}, Block{0xe0100, 0xe01ef}};

/// The blocks that Unicode's EastAsianWidth calls wide or full-width, and emoji.
constexpr std::array wide{Block{0x1100, 0x115f},   Block{0x2e80, 0xa4cf},   Block{0xa960, 0xa97f},
                          Block{0xac00, 0xd7a3},   Block{0xf900, 0xfaff},   Block{0xfe30, 0xfe6f},
                          Block{0xff00, 0xff60},   Block{0xffe0, 0xffe6},   Block{0x1f300, 0x1f64f},
                          Block{0x1f680, 0x1f6ff}, Block{0x1f900, 0x1faff}, Block{0x20000, 0x3fffd}};

template <std::size_t size>
bool is_in(const std::array<Block, size>& blocks, std::uint32_t point)
{
    return std::ranges::any_of(blocks, [&](const Block& block) { return point >= block.first && point <= block.last; });
}

/// One character of a text and its width. An octet that is not UTF-8 counts as one character.
struct Character {
    std::string_view octets;  ///< borrowed from the text
    std::size_t width = 1;
};

Character first_character(std::string_view text)
{
    const std::size_t octets = utf8_sequence(text);
    if (octets < 2)
        return {text.substr(0, 1), 1};
    const std::uint32_t point = utf8_code_point(text.substr(0, octets));
    return {text.substr(0, octets), is_in(combining, point) ? 0U : is_in(wide, point) ? 2U : 1U};
}

std::vector<Character> characters(std::string_view text)
{
    std::vector<Character> parts;
    while (!text.empty()) {  // every turn takes at least one octet
        parts.push_back(first_character(text));
        text.remove_prefix(parts.back().octets.size());
    }
    return parts;
}

/// The beginning of a text that is at most `columns` wide, but one character at least.
std::string_view head_of(std::string_view text, std::size_t columns)
{
    std::size_t octets = 0;
    std::size_t width = 0;
    while (octets < text.size()) {  // every turn takes at least one octet
        const Character character = first_character(text.substr(octets));
        width += character.width;
        if (octets > 0 && width > columns)
            break;
        octets += character.octets.size();
    }
    return text.substr(0, octets);
}

}  // namespace

std::size_t display_width(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {  // every turn takes at least one octet
        const Character character = first_character(text);
        width += character.width;
        text.remove_prefix(character.octets.size());
    }
    return width;
}

std::string shortened(std::string_view text, std::size_t columns)
{
    if (display_width(text) <= columns)
        return std::string{text};
    if (columns == 0)
        return {};
    const auto parts = characters(text);
    const std::size_t front_columns = columns / 2;
    std::size_t used = 0;
    std::size_t left = 0;
    while (left < parts.size() && used + parts[left].width <= front_columns)
        used += parts[left++].width;
    std::size_t right = parts.size();
    ++used;  // the ellipsis
    while (right > left && used + parts[right - 1].width <= columns)
        used += parts[--right].width;
    while (right < parts.size() && parts[right].width == 0)  // no mark without its character
        ++right;
    std::string out;
    for (std::size_t i = 0; i < left; ++i)
        out += parts[i].octets;
    out += ellipsis;
    for (std::size_t i = right; i < parts.size(); ++i)
        out += parts[i].octets;
    return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns)
{
    std::vector<std::string> lines;
    std::string line;
    while (!text.empty()) {  // every turn takes a space, or a word or the head of one
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        const std::string_view word = text.substr(0, text.find(' '));
        const std::size_t used = line.empty() ? 0 : display_width(line) + 1;
        std::string_view head = head_of(word, columns - std::min(used, columns));
        if (head.size() > 1 && head.size() < word.size() && begins_log_command(word.substr(head.size()), 0))
            head.remove_suffix(1);  // what stands before such colons is ASCII, or one of them would be escaped
        const bool fits = head.size() == word.size() && used + display_width(head) <= columns;
        if (fits || line.empty()) {
            line += used == 0 ? "" : " ";
            line += head;
            text.remove_prefix(head.size());
        }
        if (!fits) {
            lines.push_back(std::move(line));
            line.clear();
        }
    }
    if (!line.empty())
        lines.push_back(std::move(line));
    return lines;
}

std::string padded(std::string_view text, std::size_t columns)
{
    const std::size_t width = display_width(text);
    return std::string{text} + std::string(columns - std::min(width, columns), ' ');
}

std::vector<std::size_t> Columns::widths() const
{
    std::vector<std::size_t> widths(aligns_.size());
    for (const auto& row : rows_)
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], display_width(row[column]));
    return widths;
}

std::vector<std::string> Columns::lines(const std::vector<std::size_t>& widths) const
{
    std::vector<std::string> lines;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            line.append(column == 0 ? 0 : gap, ' ');
            if (aligns_[column] == Align::right)
                line.append(widths[column] - std::min(display_width(row[column]), widths[column]), ' ');
            line += aligns_[column] == Align::right ? row[column] : padded(row[column], widths[column]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace waybill
