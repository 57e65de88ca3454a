#include "logs/csv_row.h"

#include <algorithm>

namespace waybill::logs {
namespace {

/// Takes a quoted cell off, its quotes too. False when it does not end.
bool take_quoted(std::string_view& rest, std::string& cell)
{
    rest.remove_prefix(1);
    for (std::size_t quote = rest.find('"'); quote != std::string_view::npos; quote = rest.find('"')) {
        cell += rest.substr(0, quote);
        rest.remove_prefix(quote + 1);
        if (!rest.starts_with('"'))
            return true;
        cell += '"';
        rest.remove_prefix(1);
    }
    return false;
}

std::size_t count_unquoted(std::string_view text, char wanted)
{
    std::size_t count = 0;
    bool is_quoted = false;
    for (const char character : text) {
        is_quoted = is_quoted != (character == '"');
        count += !is_quoted && character == wanted ? 1 : 0;
    }
    return count;
}

}  // namespace

std::optional<std::vector<std::string>> parse_csv_row(std::string_view row, char delimiter)
{
    std::vector<std::string> cells;
    while (true) {  // every turn but the last takes a delimiter
        std::string& cell = cells.emplace_back();
        if (!row.starts_with('"')) {
            const std::size_t end = std::min(row.find(delimiter), row.size());
            cell = row.substr(0, end);
            row.remove_prefix(end);
        } else if (!take_quoted(row, cell) || (!row.empty() && row.front() != delimiter)) {
            return std::nullopt;
        }
        if (row.empty())
            return cells;
        row.remove_prefix(1);
    }
}

char guess_delimiter(std::string_view header)
{
    return std::ranges::max({',', ';', '\t'}, {}, [&](char each) { return count_unquoted(header, each); });
}

}  // namespace waybill::logs
