#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/html/fragment.h"

namespace waybill::html {

/// What a cell shows, and by what its column is sorted: a number where that is not what the text begins with.
struct Cell {
    Html content;
    std::string sort_value = {};
    std::string kind = {};  ///< its class; may be empty
};

/// A cell of text, shown as it is.
Cell cell(std::string_view shown);

/// A cell of a number in words ("1.9 kB"), sorted by the number.
Cell number_cell(std::uint64_t value, std::string_view shown);

struct Column {
    enum class Kind : std::uint8_t { words, number, picture };
    std::string heading;
    Kind kind = Kind::words;
};

/// What a table is for its readers. The first column names the rows.
struct TableHead {
    enum class Use : std::uint8_t { plain, sortable, filtered };  ///< filtered ones can be sorted, too
    std::string id;
    std::string kind;     ///< its class; may be empty
    std::string caption;  ///< said before it
    std::vector<Column> columns;
    Use use = Use::plain;
};

struct TableRow {
    std::vector<Cell> cells;
    std::string kind = {};  ///< its class; may be empty
};

/// Content in a region of its own that can be moved sideways where it is wider than the window.
Html movable(std::string_view label, const Html& content);

/// The table, in such a region.
Html table(const TableHead& head, const std::vector<TableRow>& rows);

/// The items below each other.
Html list(const std::vector<Html>& items, std::string_view kind);
Html list(const std::vector<std::string>& sentences, std::string_view kind);

/// A section of the page, with its heading.
Html section(std::string_view id, std::string_view heading, const Html& content);

/// Content that is folded away until it is asked for.
Html folded(std::string_view summary, const Html& content);

}  // namespace waybill::html
