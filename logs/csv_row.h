#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::logs {

/// The cells of a row of CSV, without its line end (RFC 4180, 2). A quoted cell may hold delimiters, line ends and, in
/// pairs, quotes. A quote inside of a cell that is not quoted stands for itself.
///
/// Nothing when a quoted cell does not end, or something stands behind its end.
std::optional<std::vector<std::string>> parse_csv_row(std::string_view row, char delimiter);

/// Of comma, semicolon and tab the one that stands most often in a header row outside of quotes; the comma where none
/// does.
char guess_delimiter(std::string_view header);

}  // namespace waybill::logs
