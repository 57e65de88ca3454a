#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "logs/headings.h"
#include "logs/log_format.h"

namespace waybill::logs {

/// Reads a table in CSV row by row, the first of which that is no comment has the headings.
class CsvTable {
public:
    /// `column` is the heading of the endpoints' column; empty: it is told by well-known headings.
    CsvTable(char delimiter, std::string column) : delimiter_{delimiter}, column_{std::move(column)} {}

    /// Error: of the first row alone, when it does not have the column or no heading that is known.
    std::expected<LogRecord, LogError> read(std::string_view row);

private:
    std::expected<LogRecord, LogError> read_header(std::vector<std::string> cells);

    char delimiter_;
    std::string column_;
    Roles roles_;
    std::size_t columns_ = 0;  // 0: the header has not come
};

}  // namespace waybill::logs
