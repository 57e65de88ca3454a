#include "base/csv_cell.h"

#include <doctest/doctest.h>

#include <string>

using namespace waybill;

TEST_CASE("a cell of CSV is quoted, shows nothing hidden and is no formula")
{
    struct Row {
        const char* text;
        const char* cell;
    };
    const Row rows[] = {
        {"", "\"\""},
        {"a,b", "\"a,b\""},
        {"a\"b", R"("a""b")"},
        {"=cmd|' /C x'!A0", "\"'=cmd|' /C x'!A0\""},
        {"+1", "\"'+1\""},
        {"-1+1", "\"'-1+1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"-", "\"-\""},
        {"a=b", "\"a=b\""},
        {"a\r\nb\t", R"("a\x0d\x0ab\x09")"},
        {"\x1b[31m", R"("\x1b[31m")"},
        {"\xff", R"("\xff")"},
        {"é", "\"é\""},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.text});
        std::string cell;
        append_csv_cell(cell, row.text);
        CHECK(cell == row.cell);
    }
}
