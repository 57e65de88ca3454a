#include "capture/terminal/terminal_output.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using waybill::TerminalOutput;

namespace {

/// What one reads of this output.
std::string text_of(std::string_view octets)
{
    TerminalOutput output;
    output.add(octets);
    return output.text();
}

}  // namespace

TEST_CASE("of a terminal's output the text is kept, with one space for what moves the cursor")
{
    struct Row {
        const char* what;
        std::string_view octets;
        std::string_view text;
    };
    const Row rows[] = {
        {"plain text", "Sign in? ", "Sign in? "},
        {"line breaks and tabs", "a\r\n\tb", "a b"},
        {"spaces in a row", "a    b", "a b"},
        {"colours", "\x1b[1;31mred\x1b[0mder", "redder"},
        {"cursor moves", "one\x1b[2Ctwo\x1b[3;1Hthree", "one two three"},
        {"private modes", "\x1b[?2004h\x1b[?25lx", "x"},
        {"a title, ended by BEL or ST",
         "a\x1b]0;title\x07"
         "b\x1b]2;t\x1b\\c",
         "abc"},
        {"a device control string", "a\x1bP1$r\x1b\\b", "ab"},
        {"a character set", "a\x1b(Bb", "ab"},
        {"a sequence that is cancelled",
         "a\x1b[3\x18"
         "b",
         "ab"},
        {"a sequence begun anew", "a\x1b[3\x1b[1mb", "ab"},
        {"a control within a sequence", "a\x1b[\r1mb", "a b"},
        {"bells and backspaces",
         "a\x07\x08"
         "b",
         "ab"},
        {"beyond ASCII", "\xe2\x9d\xaf type", "\xe2\x9d\xaf type"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(text_of(row.octets) == row.text);
        std::string octet_by_octet;
        TerminalOutput output;
        for (const char each : row.octets)
            output.add({&each, 1});
        CHECK(output.text() == row.text);
    }
}

TEST_CASE("a sequence without an end hides what is behind it, up to where another begins")
{
    CHECK(text_of("a\x1b[" + std::string(1000, '1') + "mb") == "ab");
    CHECK(text_of("a\x1b]title without an end") == "a");
    CHECK(text_of("a\x1b]title\x1b[1mb") == "ab");
}

TEST_CASE("a text is found as a person reads it, and what was shown up to it is forgotten")
{
    TerminalOutput output;
    output.add("\x1b[1mWelcome\x1b[0m back,\r\n  Ada\r\n> ");
    CHECK_FALSE(output.find("Ada Welcome"));
    CHECK(output.find("back, Ada"));
    CHECK_FALSE(output.find("Welcome"));
    CHECK(output.find(" >\t"));
    CHECK(output.text().empty());
    output.add("second li");
    CHECK_FALSE(output.find("line"));
    output.add("ne");
    CHECK(output.find("line"));
}

TEST_CASE("what nothing is found in is forgotten at a bound, the oldest first")
{
    TerminalOutput output;
    output.add("first");
    for (int round = 0; round < 1000; ++round)
        output.add(std::string(1000, 'x'));
    output.add("last");
    CHECK(output.text().size() <= TerminalOutput::max_text_octets);
    CHECK_FALSE(output.find("first"));
    CHECK(output.find("last"));
}

TEST_CASE("a terminal answers what it is and where its cursor is, and nothing else")
{
    TerminalOutput output;
    output.add("\x1b[c\x1b[0c\x1b[5n\x1b[6n\x1b[>c\x1b]11;?\x07\x1b[?u\x1b[18t");
    CHECK(output.take_answers() == "\x1b[?62c\x1b[?62c\x1b[0n\x1b[1;1R");
    CHECK(output.take_answers().empty());
    for (int round = 0; round < 10'000; ++round)
        output.add("\x1b[6n");
    CHECK(output.take_answers().size() <= TerminalOutput::max_answer_octets);
}

TEST_CASE("what is passed on to another terminal asks it nothing, and sets neither modes nor titles")
{
    TerminalOutput output;
    output.add(
        "\x1b[31mred\x1b[0m\x1b[2K\r\n\x1b[?1049h\x1b[?1000h\x1b[6n\x1b[c\x1b]52;c;aGk=\x07\x1b"
        "c\x1b[>1u\x1b[5t.");
    CHECK(output.take_shown() == "\x1b[31mred\x1b[0m\x1b[2K\r\n.");
    output.add("\xe2\x9d");
    CHECK(output.take_shown().empty());
    output.add("\xaf\xe2\x80\xae");
    CHECK(output.take_shown() == "\xe2\x9d\xaf\\u{202e}");
}
