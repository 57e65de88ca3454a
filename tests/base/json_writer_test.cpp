#include "base/json_writer.h"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

using namespace waybill;

namespace {

std::string text_value(std::string_view value)
{
    std::string out;
    JsonWriter json{out};
    json.text(value);
    return out;
}

}  // namespace

TEST_CASE("members stand in the order of the calls, with commas between them")
{
    std::string out = "before ";
    JsonWriter json{out};
    json.begin_object();
    json.text("text", "a");
    json.number("number", 1);
    json.boolean("yes", true);
    json.boolean("no", false);
    json.null("nothing");
    json.verbatim("verbatim", "[1]");
    json.begin_object("object");
    json.end_object();
    json.begin_array("array");
    json.text("x");
    json.number(std::numeric_limits<std::uint64_t>::max());
    json.begin_array();
    json.end_array();
    json.begin_element();
    json.number("deep", 0);
    json.end_object();
    json.end_array();
    json.number("after", 2);
    json.end_object();
    CHECK(out == R"(before {"text":"a","number":1,"yes":true,"no":false,"nothing":null,"verbatim":[1],"object":{},)"
                 R"("array":["x",18446744073709551615,[],{"deep":0}],"after":2})");
}

TEST_CASE("text is escaped where JSON or a reader's terminal needs it")
{
    struct Row {
        std::string_view text;
        const char* json;
    };
    const Row rows[] = {{"", R"("")"},
                        {"plain", R"("plain")"},
                        {"\"\\/", R"("\"\\/")"},
                        {"\n\r\t", R"("\n\r\t")"},
                        {std::string_view{"\0\x01\x1f", 3}, R"("\u0000\u0001\u001f")"},
                        {"\x7f", R"("\u007f")"},
                        {"é名\xf0\x9f\x98\x80", "\"é名\xf0\x9f\x98\x80\""},
                        {"\xc2\x9b", R"("\u009b")"},
                        {"\xe2\x80\xae", R"("\u202e")"},
                        {"\xf3\xa0\x81\x81", R"("\udb40\udc41")"},
                        {"a\xff"
                         "b",
                         "\"a\xef\xbf\xbd"
                         "b\""},
                        {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""}};
    for (const Row& row : rows) {
        CAPTURE(row.json);
        CHECK(text_value(row.text) == row.json);
    }
}

TEST_CASE("octets that need not be text are code points of their number")
{
    std::string out;
    JsonWriter json{out};
    json.begin_array();
    json.octets("h2");
    json.octets("\xba\x9b\xff");
    json.end_array();
    CHECK(out == "[\"h2\",\"\xc2\xba\\u009b\xc3\xbf\"]");
}

TEST_CASE("a JSON library reads every code point back as it was")
{
    for (std::uint32_t point = 0; point < 0x3000; ++point) {
        const std::string text =
            point < 0x80 ? std::string{static_cast<char>(point)}
            : point < 0x800
                ? std::string{static_cast<char>(0xc0U | point >> 6U), static_cast<char>(0x80U | (point & 0x3fU))}
                : std::string{static_cast<char>(0xe0U | point >> 12U), static_cast<char>(0x80U | (point >> 6U & 0x3fU)),
                              static_cast<char>(0x80U | (point & 0x3fU))};
        CAPTURE(point);
        REQUIRE(nlohmann::json::parse(text_value(text)) == text);
    }
}
