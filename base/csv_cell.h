#pragma once

#include <string>
#include <string_view>

namespace waybill {

/// Appends a cell of CSV (RFC 4180, 2), always in quotes, that is safe to be shown and to be opened: the text is made
/// printable(), and where a spreadsheet would read it as a formula, because it begins with =, +, - or @, an apostrophe
/// stands before it. A hyphen alone, by which logs say that something is not there, is none.
void append_csv_cell(std::string& out, std::string_view text);

}  // namespace waybill
