#include "base/markdown_text.h"

#include <algorithm>

#include "base/text.h"

namespace waybill {

std::string markdown_text(std::string_view text)
{
    constexpr std::string_view marks = "\\`*_[]<>#|~&$";  // each of them can be escaped (CommonMark 0.30, 2.4)
    std::string out;
    const std::string shown = printable(text);
    for (std::size_t at = 0; at < shown.size(); ++at) {
        const char character = shown[at];
        const bool makes_link = (character == '.' && out.ends_with("www")) || shown.compare(at, 3, "://") == 0;
        if (makes_link || marks.contains(character))
            out += '\\';
        out += character;
        if (character == '@')
            out += "<!-- -->";  // else it would mention somebody, also escaped
    }
    return out;
}

std::string markdown_code(std::string_view text)
{
    const std::string shown = printable(text);
    std::size_t longest = 0;
    std::size_t ticks = 0;
    std::string content;
    for (const char character : shown) {
        ticks = character == '`' ? ticks + 1 : 0;
        longest = std::max(longest, ticks);
        if (character == '|')
            content += '\\';  // in a table it would end the cell, also inside of code (GFM, 4.10)
        content += character;
    }
    const std::string fence(longest + 1, '`');
    const bool needs_space = content.empty() || content.starts_with('`') || content.ends_with('`');
    return fence + (needs_space ? " " : "") + content + (needs_space ? " " : "") + fence;
}

}  // namespace waybill
