#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace waybill {

/// A row of the table of endpoints as it will be shown: printable text.
struct EndpointRow {
    std::string purpose;
    std::string endpoint;
    std::string by;      ///< the program; of no row where the table has no such column
    std::string vendor;  ///< likewise
    std::string flows;
    std::string out;
    std::string in;  ///< of no row where the table has no such column
    std::string first;
    std::string named_by;
    std::string remark;  ///< a line of its own below the row; may be empty
    bool is_cited = true;
};

struct TableLayout {
    enum class Cells : std::uint8_t { shortened, whole };
    std::size_t columns = 100;
    Cells cells = Cells::shortened;  ///< whole cells may make lines longer than `columns`
    bool shows_in = true;
    enum class Side : std::uint8_t { vendor, program } side = Side::vendor;  ///< the column behind the endpoint
};

/// A line and what it belongs to, by which it may be coloured.
struct TableLine {
    enum class Part : std::uint8_t { head, cited, uncited };
    Part part = Part::cited;
    std::string text;
};

/// Lines, and whether a column of them is IN.
struct EndpointTable {
    std::vector<TableLine> lines;
    bool shows_in = true;
};

/// The table. Where the width asks for it NAMED BY is wrapped, endpoints, programs and vendors are shortened in the
/// middle, VENDOR is left out (the footnotes tell it too), IN beside BY unless cells are whole, and in the end each row
/// takes two lines.
EndpointTable endpoint_table(const std::vector<EndpointRow>& rows, const TableLayout& layout);

}  // namespace waybill
