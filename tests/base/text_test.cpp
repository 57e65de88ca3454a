#include "base/text.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace waybill;

TEST_CASE("a text in pieces hides no more than in one, and what a job's log would take for a command stays as it is")
{
    const std::string text = "::error::a ##[b] \x1b[2J\xe2\x80\xae ::c";
    CHECK(without_hidden(text) == "::error::a ##[b] \\x1b[2J\\u{202e} ::c");
    for (const std::size_t at : {1UL, 2UL, 9UL, 12UL, 17UL, 18UL, text.size() - 2})
        CHECK(without_hidden(text.substr(0, at)) + without_hidden(text.substr(at)) == without_hidden(text));
}

TEST_CASE("text is made printable: what moves the cursor, turns text around, hides or is not UTF-8 is spelled out")
{
    struct Row {
        std::string_view what;
        std::string_view text;
        const char* printed;
    };
    const Row rows[] = {{"plain text", "api.example:443", "api.example:443"},
                        {"nothing", "", ""},
                        {"letters of any script", "名前 é \xf0\x9f\x98\x80", "名前 é \xf0\x9f\x98\x80"},
                        {"an escape sequence", "a\x1b[31mb", "a\\x1b[31mb"},
                        {"NUL", std::string_view{"a\0b", 3}, "a\\x00b"},
                        {"line ends and tabs", "a\r\n\tb", R"(a\x0d\x0a\x09b)"},
                        {"DEL", "\x7f", "\\x7f"},
                        {"C1 in UTF-8", "\xc2\x9b", "\\u{009b}"},
                        {"C1 as one octet", "\x9b", "\\x9b"},
                        {"a soft hyphen", "\xc2\xad", "\\u{00ad}"},
                        {"right-to-left override", "\xe2\x80\xae", "\\u{202e}"},
                        {"an isolate", "\xe2\x81\xa6", "\\u{2066}"},
                        {"a zero-width space", "\xe2\x80\x8b", "\\u{200b}"},
                        {"a line separator", "\xe2\x80\xa8", "\\u{2028}"},
                        {"a byte order mark", "\xef\xbb\xbf", "\\u{feff}"},
                        {"a tag character", "\xf3\xa0\x81\x81", "\\u{e0041}"},
                        {"not UTF-8", "a\xff\xc3", "a\\xff\\xc3"},
                        {"a command of a job's log", "::error::x", "\\x3a:error::x"},
                        {"one that a line could begin with", "a ::add-mask::b", "a \\x3a:add-mask::b"},
                        {"one anywhere in a line", "a##[error]b", "a#\\x23[error]b"},
                        {"many of its signs", "###", "#\\x23\\x23"},
                        {"an IPv6 address", "::ffff:192.0.2.1 ::1 ::", "::ffff:192.0.2.1 ::1 ::"},
                        {"a name with colons", "std::string", "std::string"},
                        {"a no-break space stays", "\xc2\xa0", "\xc2\xa0"}};
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(printable(row.text) == row.printed);
        CHECK(hides_nothing(row.printed));
        CHECK(printable(printable(row.text)) == row.printed);
    }
}

TEST_CASE("a text hides something where it is no UTF-8 or has a hidden character, and not where it is a command")
{
    for (const std::string_view shown : {"", "a b", "名前", "::error::x", "##[error]x"})
        CHECK(hides_nothing(shown));
    for (const std::string_view hiding : {"a\x1b", "\x7f", "a\n", "\xc2\x9b", "\xe2\x80\xae", "\xff", "a\xc3"})
        CHECK_FALSE(hides_nothing(hiding));
}

TEST_CASE("JSON keeps its value and loses what is hidden")
{
    CHECK(json_without_hidden("{\n  \"a\": \"b\"\n}\n") == "{\n  \"a\": \"b\"\n}\n");
    CHECK(json_without_hidden("\"\x7f é \xc2\x9b \xe2\x80\xae\"") == "\"\\u007f é \\u009b \\u202e\"");
    CHECK(json_without_hidden(R"({"a":"#b###[c]"})") == R"({"a":"#b#\u0023#[c]"})");
    CHECK(json_without_hidden("\"\xf3\xa0\x81\x81\"") == "\"\\udb40\\udc41\"");
}
