#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "base/csv_cell.h"
#include "base/cursor.h"
#include "base/text.h"

/// A cell is one cell, which reads as the text that was meant, made printable, and is no formula.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    std::string cell;
    waybill::append_csv_cell(cell, text);
    if (cell.size() < 2 || cell.front() != '"' || cell.back() != '"')
        std::abort();
    std::string read;
    for (std::size_t at = 1; at + 1 < cell.size(); ++at) {
        if (cell[at] == '"' && cell[++at] != '"')
            std::abort();  // it would end there
        read += cell[at];
    }
    if (waybill::printable(read) != read)
        std::abort();  // something hidden stands in it
    if (std::string_view{"=+-@"}.contains(read.empty() ? ' ' : read.front()) && read != "-")
        std::abort();  // a spreadsheet would compute it
    if (read.starts_with('\'') && read != waybill::printable(text))
        read.erase(0, 1);
    if (read != waybill::printable(text))
        std::abort();
    return 0;
}
