#include "base/utf8.h"

#include <doctest/doctest.h>

#include <string>

using namespace waybill;

TEST_CASE("the octets of a well-formed UTF-8 sequence are counted, and its code point read")
{
    struct Row {
        std::string_view text;
        std::size_t octets;
        std::uint32_t code_point;
    };
    const Row rows[] = {{"a", 1, 0x61},
                        {std::string_view{"\0", 1}, 1, 0},
                        {"\x7f", 1, 0x7f},
                        {"\xc2\x80", 2, 0x80},
                        {"\xdf\xbf", 2, 0x7ff},
                        {"\xe0\xa0\x80", 3, 0x800},
                        {"\xed\x9f\xbf", 3, 0xd7ff},
                        {"\xee\x80\x80", 3, 0xe000},
                        {"\xef\xbf\xbf", 3, 0xffff},
                        {"\xf0\x90\x80\x80", 4, 0x10000},
                        {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
                        {"\xc3\xa9xyz", 2, 0xe9}};
    for (const Row& row : rows) {
        CAPTURE(row.code_point);
        CHECK(utf8_sequence(row.text) == row.octets);
        CHECK(utf8_code_point(row.text.substr(0, row.octets)) == row.code_point);
    }
}

TEST_CASE("what RFC 3629 forbids is no sequence")
{
    struct Row {
        std::string_view what;
        std::string_view text;
    };
    const Row rows[] = {{"nothing", ""},
                        {"a continuation alone", "\x80"},
                        {"an overlong form of two", "\xc0\x80"},
                        {"an overlong form of two, the last", "\xc1\xbf"},
                        {"an overlong form of three", "\xe0\x9f\xbf"},
                        {"an overlong form of four", "\xf0\x8f\xbf\xbf"},
                        {"the first surrogate", "\xed\xa0\x80"},
                        {"the last surrogate", "\xed\xbf\xbf"},
                        {"past U+10FFFF", "\xf4\x90\x80\x80"},
                        {"a lead of five", "\xf8\x88\x80\x80\x80"},
                        {"FE", "\xfe"},
                        {"FF", "\xff"},
                        {"a lead at the end", "\xc3"},
                        {"two of three", "\xe2\x82"},
                        {"three of four", "\xf0\x9f\x98"},
                        {"a lead before ASCII",
                         "\xc3"
                         "a"}};
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(utf8_sequence(row.text) == 0);
    }
}

TEST_CASE("every code point but the surrogates is read back from its octets")
{
    for (std::uint32_t point = 0; point <= 0x10ffff; point += point < 0x900 ? 1 : 61) {
        std::string text;
        if (point < 0x80) {
            text = {static_cast<char>(point)};
        } else if (point < 0x800) {
            text = {static_cast<char>(0xc0U | point >> 6U), static_cast<char>(0x80U | (point & 0x3fU))};
        } else if (point < 0x10000) {
            text = {static_cast<char>(0xe0U | point >> 12U), static_cast<char>(0x80U | (point >> 6U & 0x3fU)),
                    static_cast<char>(0x80U | (point & 0x3fU))};
        } else {
            text = {static_cast<char>(0xf0U | point >> 18U), static_cast<char>(0x80U | (point >> 12U & 0x3fU)),
                    static_cast<char>(0x80U | (point >> 6U & 0x3fU)), static_cast<char>(0x80U | (point & 0x3fU))};
        }
        const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
        CAPTURE(point);
        REQUIRE(utf8_sequence(text) == (is_surrogate ? 0 : text.size()));
        if (!is_surrogate)
            REQUIRE(utf8_code_point(text) == point);
    }
}
