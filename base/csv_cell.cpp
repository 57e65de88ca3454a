#include "base/csv_cell.h"

#include "base/text.h"

namespace waybill {

void append_csv_cell(std::string& out, std::string_view text)
{
    out += '"';
    if (!text.empty() && text != "-" && std::string_view{"=+-@"}.contains(text.front()))
        out += '\'';
    for (const char character : printable(text)) {
        if (character == '"')
            out += '"';
        out += character;
    }
    out += '"';
}

}  // namespace waybill
