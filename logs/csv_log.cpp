#include "logs/csv_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "logs/csv_row.h"

namespace waybill::logs {

namespace {

/// Names for a message, as far as people read them.
std::string list_of_names(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 600;  // octets
    std::string list;
    for (const std::string& name : names) {
        if (list.size() + name.size() > most)
            return list + ", …";
        list += (list.empty() ? "" : ", ") + name;
    }
    return list;
}

}  // namespace

std::expected<LogRecord, LogError> CsvTable::read_header(std::vector<std::string> cells)
{
    columns_ = cells.size();
    if (columns_ > max_columns)
        return std::unexpected(too_many_columns(columns_));
    roles_ = Roles::guess(cells);
    if (!column_.empty()) {
        auto found = std::ranges::find(cells, column_);
        if (found == cells.end())
            found =
                std::ranges::find_if(cells, [&](const std::string& cell) { return is_same_heading(cell, column_); });
        if (found == cells.end())
            return std::unexpected(
                LogError{LogError::Kind::no_such_column,
                         fmt::format("it has no column \"{}\"; it has: {}", column_, list_of_names(cells))});
        roles_.set(Role::host, static_cast<std::size_t>(found - cells.begin()));
    }
    if (!roles_.name_endpoint())
        return std::unexpected(
            LogError{LogError::Kind::not_recognised,
                     fmt::format("none of its columns is known to hold an endpoint; name one with --column, of: {}",
                                 list_of_names(cells))});
    LogRecord header;
    header.kind = LogRecord::Kind::header;
    header.fields = std::move(cells);
    return header;
}

std::expected<LogRecord, LogError> CsvTable::read(std::string_view row)
{
    if (columns_ == 0 && row.starts_with('#'))
        return LogRecord{};
    auto cells = parse_csv_row(row, delimiter_);
    if (!cells) {
        constexpr std::string_view problem = "a quoted cell does not end, or something stands behind its end";
        if (columns_ == 0)
            return std::unexpected(
                LogError{LogError::Kind::not_recognised,
                         fmt::format("its headings: {}; mend them, or say another --format", problem)});
        return not_understood(problem);
    }
    if (columns_ == 0)
        return read_header(*std::move(cells));
    while (cells->size() > columns_ && cells->back().empty())  // delimiters at a line's end, as some writers leave
        cells->pop_back();
    LogRecord record =
        cells->size() > columns_ ? not_understood("it has more cells than the header") : roles_.read(*cells);
    record.fields = *std::move(cells);
    return record;
}

}  // namespace waybill::logs
