#include "base/json_document.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace waybill;

using Kind = JsonDocument::Kind;

std::string error_of(std::string_view text)
{
    const auto document = JsonDocument::parse(text);
    return document ? "it is read" : document.error().what;
}

/// The document's only string, decoded.
std::string decoded(std::string_view text)
{
    const auto document = JsonDocument::parse(text);
    REQUIRE_MESSAGE(document.has_value(), error_of(text));
    REQUIRE(document->values().front().kind == Kind::text);
    return std::string{document->values().front().text};
}

}  // namespace

TEST_CASE("a document is a list of its values, each before what is in it and as it is written")
{
    const auto document = JsonDocument::parse(R"( {"a": [1, "two", true], "b": {}, "c": null} )");
    REQUIRE(document.has_value());
    struct Row {
        Kind kind;
        const char* text;
        std::uint32_t next;
    };
    const Row rows[] = {
        {Kind::object, R"({"a": [1, "two", true], "b": {}, "c": null})", 10},
        {Kind::text, "a", 2},
        {Kind::array, R"([1, "two", true])", 6},
        {Kind::number, "1", 4},
        {Kind::text, "two", 5},
        {Kind::boolean, "true", 6},
        {Kind::text, "b", 7},
        {Kind::object, "{}", 8},
        {Kind::text, "c", 9},
        {Kind::null, "", 10},
    };
    REQUIRE(document->values().size() == std::size(rows));
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        CAPTURE(i);
        CHECK(document->values()[i].kind == rows[i].kind);
        CHECK(document->values()[i].text == rows[i].text);
        CHECK(document->values()[i].next == rows[i].next);
    }
}

TEST_CASE("a text is the file's own octets unless it has escapes")
{
    const std::string file = R"(["plain as it stands here", "with \u0041"])";
    auto document = JsonDocument::parse(file);
    REQUIRE(document.has_value());
    const std::string_view plain = document->values()[1].text;
    CHECK(plain.data() == &file[2]);
    const std::string_view unescaped = document->values()[2].text;
    const auto kept = document->take_unescaped();
    CHECK(unescaped == "with A");
    CHECK(kept.front().data() == unescaped.data());
}

TEST_CASE("escapes stand for their characters")
{
    struct Row {
        const char* written;
        const char* meant;
    };
    const Row rows[] = {
        {R"("\"\\\/")", "\"\\/"},
        {R"("\u00e9")", "é"},
        {R"("\u20AC")", "€"},
        {R"("\ud83d\ude00 and more")", "😀 and more"},
        {R"("é€😀")", "é€😀"},
        {R"("before \u0041 and behind")", "before A and behind"},
        {"\xef\xbb\xbf\"behind a byte order mark\"", "behind a byte order mark"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.written});
        CHECK(decoded(row.written) == row.meant);
    }
}

TEST_CASE("text that is not JSON says where and what is missing")
{
    struct Row {
        const char* text;
        const char* error;
    };
    const Row rows[] = {
        {"", "line 1, column 1: a value is missing or is none; write true, false, null, a number, or text in quotes"},
        {"{\n  \"a\": 1\n  \"b\": 2}", "line 3, column 3: a comma or } is missing"},
        {"[1 2]", "line 1, column 4: a comma or ] is missing"},
        {"[1}", "line 1, column 3: a comma or ] is missing"},
        {"{a: 1}", "line 1, column 2: write a name in quotes"},
        {R"({"a":1,})", "line 1, column 8: write a name in quotes"},
        {R"({"a" 1})", "line 1, column 6: a colon is missing behind the name"},
        {R"({"a":})",
         "line 1, column 6: a value is missing or is none; write true, false, null, a number, or text in quotes"},
        {"[1,]",
         "line 1, column 4: a value is missing or is none; write true, false, null, a number, or text in quotes"},
        {"[nul]", "line 1, column 2: write true, false, null, a number, or text in quotes"},
        {"[truth]", "line 1, column 2: write true, false, null, a number, or text in quotes"},
        {"[01]", "line 1, column 3: a comma or ] is missing"},
        {"[1.]",
         "line 1, column 4: a value is missing or is none; write true, false, null, a number, or text in quotes"},
        {"[\"a]", "line 1, column 5: a string does not end; close it with a quote"},
        {"\"a\nb\"",
         "line 1, column 3: a string holds a control character, a line break perhaps; take it out or write \\n"},
        {"\"\xc3\x28\"", "line 1, column 2: the octets are not UTF-8"},
        {"\"\xed\xa0\x80\"", "line 1, column 2: the octets are not UTF-8"},
        {R"("\x41")", R"(line 1, column 3: an escape is none; write \n, \", \\ or \u and four hexadecimal digits)"},
        {R"("\ud800")", R"(line 1, column 8: an escape is none; write \n, \", \\ or \u and four hexadecimal digits)"},
        {R"("\udc00")", R"(line 1, column 8: an escape is none; write \n, \", \\ or \u and four hexadecimal digits)"},
        {"{} {}", "line 1, column 4: something stands behind its end"},
        {"// no\n{}",
         "line 1, column 1: a value is missing or is none; write true, false, null, a number, or text in quotes"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.text});
        CHECK(error_of(row.text) == std::string{"it is not JSON: "} + row.error);
    }
}

TEST_CASE("a NUL octet is refused wherever it stands")
{
    using namespace std::string_view_literals;
    for (const std::string_view text : {"{}\0"sv, "{}\0 behind"sv, "\0{}"sv, "[\0]"sv, "[\"\0\"]"sv})
        CHECK(error_of(text).starts_with("it is not JSON: "));
}

TEST_CASE("what JSON allows and a pack does not is refused")
{
    CHECK(error_of(R"({"a":1,"b":2,"a":3})") == "the field \"a\" stands twice in one object; keep one of them");
    CHECK(error_of(R"({"a":1,"\u0061":3})") == "the field \"a\" stands twice in one object; keep one of them");
    CHECK(error_of("[\"a\xe2\x80\xae b\"]") == "the text \"a\\u{202e} b\" hides a control character; take it out");
    CHECK(error_of(R"(["\u202e"])") == "the text \"\\u{202e}\" hides a control character; take it out");
    CHECK(error_of("[\"\x7f\"]") == "the text \"\\x7f\" hides a control character; take it out");
    CHECK(error_of(R"({"\t":1})") == "the text \"\\x09\" hides a control character; take it out");
    CHECK(error_of(std::string(16, '[') + std::string(16, ']')) == "it is read");
    CHECK(error_of(std::string(17, '[') + std::string(17, ']')) == "it nests deeper than 16 levels");
}

TEST_CASE("a name that stands twice is found among many")
{
    std::string many = "{";
    for (int i = 0; i < 1000; ++i)
        many += "\"field " + std::to_string(i) + "\":0,";
    CHECK(error_of(many + "\"last\":0}") == "it is read");
    CHECK(error_of(many + "\"field 500\":0}") ==
          "the field \"field 500\" stands twice in one object; keep one of them");
}

TEST_CASE("a string ends at its quote wherever that stands among eight octets")
{
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string text(length, 'x');
        CHECK(decoded("\"" + text + "\"") == text);
        CHECK(decoded("\"" + text + "é\"") == text + "é");
        CHECK(error_of("\"" + text + "\x01\"").starts_with("it is not JSON: "));
        CHECK(error_of("\"" + text).starts_with("it is not JSON: "));
    }
}

TEST_CASE("every prefix of a document is an error")
{
    constexpr std::string_view whole = R"({"a":[1.5e-3,"x\u00e9\ud83d\ude00",true,null],"é":{"b":[]}})";
    REQUIRE(error_of(whole) == "it is read");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK(error_of(whole.substr(0, length)).starts_with("it is not JSON: "));
    }
}
