#include "base/json_writer.h"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

using namespace waybill;

namespace {

/// What `write` writes between the brackets of a line.
template <typename Write>
std::string members(Write write)
{
    TextBuffer out;
    JsonWriter json{out};
    json.begin_line();
    write(json);
    json.end_line();
    REQUIRE(out.text().starts_with('{'));
    REQUIRE(out.text().ends_with("}\n"));
    return std::string{out.text().substr(1, out.size() - 3)};
}

std::string text_value(std::string_view value)
{
    return members([&](JsonWriter& json) { json.text("", value); }).substr(3);
}

/// The text with letters before and behind it.
std::string amid(std::size_t before, const char* text, std::size_t behind)
{
    return std::string(before, 'a') + text + std::string(behind, 'z');
}

std::string quoted(const std::string& text)
{
    return '"' + text + '"';
}

}  // namespace

TEST_CASE("members stand in the order of the calls, with commas between them")
{
    CHECK(members([](JsonWriter& json) {
              json.text("text", "a");
              json.word("word", "b");
              json.number("number", 1);
              json.boolean("yes", true);
              json.boolean("no", false);
              json.null("nothing");
              json.members(R"("verbatim":[)", std::uint64_t{10}, "],");
              json.begin_object("object");
              json.end_object();
              json.begin_array("array");
              json.text("x");
              json.word("y");
              json.number(std::numeric_limits<std::uint64_t>::max());
              json.begin_array();
              json.end_array();
              json.begin_object();
              json.number("deep", 0);
              json.end_object();
              json.end_array();
              json.number("after", 2);
          }) == R"("text":"a","word":"b","number":1,"yes":true,"no":false,"nothing":null,"verbatim":[10],"object":{},)"
                R"("array":["x","y",18446744073709551615,[],{"deep":0}],"after":2)");
}

TEST_CASE("an array is ended with what stands behind it, be it empty or not")
{
    CHECK(members([](JsonWriter& json) {
              json.begin_array("some");
              json.number(1);
              json.end_array(R"("count":)", std::uint64_t{1}, ",");
              json.begin_array("none");
              json.end_array(R"("last":[)");
              json.end_array();
          }) == R"("some":[1],"count":1,"none":[],"last":[])");
}

TEST_CASE("a line without members is an empty object, and lines follow each other")
{
    TextBuffer out;
    JsonWriter json{out};
    json.begin_line();
    json.end_line();
    json.begin_line();
    json.null("a");
    json.end_line();
    CHECK(out.text() == "{}\n{\"a\":null}\n");
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

TEST_CASE("what needs an escape is found at every place of a text, and in texts of every length")
{
    struct Row {
        const char* special;
        const char* json;
    };
    const Row rows[] = {{"\"", R"(\")"},          {"\\", R"(\\)"},          {"\x1f", R"(\u001f)"},
                        {"\x7f", R"(\u007f)"},    {"\xc3\xa9", "\xc3\xa9"}, {"\xc2\x80", R"(\u0080)"},
                        {"\xff", "\xef\xbf\xbd"}, {" !#[]~", " !#[]~"}};
    for (std::size_t before = 0; before <= 20; ++before)
        for (std::size_t behind = 0; behind <= 20; ++behind)
            for (const Row& row : rows) {
                CAPTURE(row.json);
                REQUIRE(text_value(amid(before, row.special, behind)) == quoted(amid(before, row.json, behind)));
            }
}

TEST_CASE("octets that need not be text are code points of their number")
{
    CHECK(members([](JsonWriter& json) {
              json.begin_array("");
              json.octets("h2");
              json.octets("a\"b");
              json.octets("\xba\x9b\xff");
              json.end_array();
          }) == "\"\":[\"h2\",\"a\\\"b\",\"\xc2\xba\\u009b\xc3\xbf\"]");
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
