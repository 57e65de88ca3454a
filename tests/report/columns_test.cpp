#include "report/columns.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace waybill;

TEST_CASE("a terminal gives one column to a character, two to a wide one, none to a mark")
{
    struct Row {
        const char* text;
        std::size_t width;
    };
    const Row rows[] = {
        {"", 0},   {"abc", 3},      {"é", 1},    {"e\xcc\x81", 1}, {"…", 1}, {"名前", 4}, {"\xf0\x9f\x98\x80", 2},
        {"¹⁰", 2}, {"\xff\xfe", 2}, {"한글", 4}, {"·", 1},         {"→", 1}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(display_width(row.text) == row.width);
    }
}

TEST_CASE("a text is shortened in the middle, never beyond its columns")
{
    struct Row {
        const char* text;
        std::size_t columns;
        const char* shortened;
    };
    const Row rows[] = {{"abcdefgh", 8, "abcdefgh"},
                        {"abcdefgh", 7, "abc…fgh"},
                        {"abcdefgh", 6, "abc…gh"},
                        {"abcdefgh", 2, "a…"},
                        {"abcdefgh", 1, "…"},
                        {"abcdefgh", 0, ""},
                        {"", 0, ""},
                        {"名前名前", 8, "名前名前"},
                        {"名前名前", 7, "名…名前"},
                        {"名前名前", 5, "名…前"},
                        {"名前名前", 4, "名…"},
                        {"telemetry.acme.example:443", 16, "telemetr…ple:443"}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CAPTURE(row.columns);
        const std::string text = shortened(row.text, row.columns);
        CHECK(text == row.shortened);
        CHECK(display_width(text) <= row.columns);
    }
}

TEST_CASE("a mark does not stand behind the ellipsis without its character")
{
    CHECK(shortened("abcdefe\xcc\x81", 4) == "ab…e\xcc\x81");
    CHECK(shortened("名\xcc\x81名\xcc\x81名\xcc\x81", 3) == "…名\xcc\x81");
}

TEST_CASE("a text is wrapped at spaces, and inside of a word only where the word is wider than a line")
{
    struct Row {
        const char* text;
        std::size_t columns;
        std::vector<std::string> lines;
    };
    const Row rows[] = {{"", 10, {}},
                        {"   ", 10, {}},
                        {"one two three", 13, {"one two three"}},
                        {"one two three", 12, {"one two", "three"}},
                        {"one two three", 7, {"one two", "three"}},
                        {"  one   two ", 7, {"one two"}},
                        {"abcdefgh ij", 3, {"abc", "def", "gh", "ij"}},
                        {"a abcdefgh", 4, {"a", "abcd", "efgh"}},
                        {"名前名前", 3, {"名", "前", "名", "前"}},
                        {"ab", 0, {"a", "b"}}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CAPTURE(row.columns);
        CHECK(wrapped(row.text, row.columns) == row.lines);
    }
}

TEST_CASE("every width wraps a text without loss and without a line that is wider")
{
    const std::string text = "the name that is meant can be another one, inside_the_encrypted_hello 名前";
    for (std::size_t columns = 2; columns < 80; ++columns) {
        std::string joined;
        for (const std::string& line : wrapped(text, columns)) {
            CHECK(display_width(line) <= columns);
            joined += line;
        }
        std::erase(joined, ' ');
        std::string expected = text;
        std::erase(expected, ' ');
        CHECK(joined == expected);
    }
}

TEST_CASE("cells stand in columns, numbers at the right, without spaces at the end of a line")
{
    Columns columns{{Align::left, Align::right, Align::left}};
    columns.add({"HOST", "OUT", "BY"});
    columns.add({"a.example", "1.0 kB", "DNS"});
    columns.add({"名.example", "-", ""});
    CHECK(columns.widths() == std::vector<std::size_t>{10, 6, 3});
    CHECK(columns.lines(columns.widths()) ==
          std::vector<std::string>{"HOST           OUT  BY", "a.example   1.0 kB  DNS", "名.example       -"});
    CHECK(columns.lines({2, 2, 2}).at(1) == "a.example  1.0 kB  DNS");
}

TEST_CASE("a text is padded to its columns, or stands as it is")
{
    CHECK(padded("ab", 4) == "ab  ");
    CHECK(padded("名", 4) == "名  ");
    CHECK(padded("abcdef", 4) == "abcdef");
}
