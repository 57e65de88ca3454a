#include "report/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/columns.h"

namespace waybill {
namespace {

constexpr std::size_t min_columns = 60;
constexpr std::size_t max_columns = 140;  // longer lines are hard to follow

}  // namespace

TerminalText::TerminalText(const TerminalStyle& style)
    : has_color_{style.color}, columns_{std::clamp<std::size_t>(style.columns, min_columns, max_columns)}
{
}

void TerminalText::line(std::string_view content)
{
    text_ += content;
    text_ += '\n';
}

void TerminalText::add_indented(std::string_view content, std::size_t indent)
{
    for (const std::string& part : wrapped(content, columns_ - indent))
        line(std::string(indent, ' ') + part);
}

void TerminalText::add_box(std::string_view title, const std::vector<std::string>& entries, std::size_t title_columns)
{
    constexpr std::size_t narrow = 80;  // from here on the title has a line of its own
    std::string_view shown = title;
    if (columns_ < narrow) {
        title_columns = margin;
        if (!entries.empty())
            line(std::string(margin, ' ') + painted(Paint::strong, title));
        shown = {};
    }
    for (const std::string& entry : entries)
        for (const std::string& part : wrapped(entry, columns_ - margin - title_columns)) {
            const std::string space(title_columns - display_width(shown), ' ');
            line(fmt::format("{:{}}{}{}{}", "", margin, shown.empty() ? "" : painted(Paint::strong, shown), space,
                             part));
            shown = {};
        }
}

std::string TerminalText::painted(Paint paint, std::string_view content) const
{
    if (!has_color_ || paint == Paint::none)
        return std::string{content};
    return fmt::format("\x1b[{}m{}\x1b[0m", paint == Paint::strong ? "1" : "36", content);
}

}  // namespace waybill
