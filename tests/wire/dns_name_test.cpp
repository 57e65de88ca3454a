#include "wire/dns_name.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

constexpr const char* example_com = "07 65 78 61 6d 70 6c 65 | 03 63 6f 6d | 00";

std::string text_at(std::string_view wire, std::size_t start)
{
    const auto message = hex(wire);
    dns::Name name;
    return dns::read_name(message, start, name) ? name.presentation() : "-";
}

std::string repeat(std::string_view text, std::size_t count)
{
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

std::string label_of_63()
{
    return "3f " + repeat("61 ", 63);
}

}  // namespace

TEST_CASE("a name is read with its labels joined by dots")
{
    struct Row {
        const char* what;
        const char* wire;
        std::size_t start;
        const char* text;
        std::size_t taken;
    };
    const Row rows[] = {
        {"the root", "00", 0, ".", 1},
        {"two labels", example_com, 0, "example.com", 13},
        {"a pointer behind a label", "03 63 6f 6d 00 | 07 65 78 61 6d 70 6c 65 c0 00", 5, "example.com", 10},
        {"a pointer alone", "03 63 6f 6d 00 | c0 00", 5, "com", 2},
        {"a pointer to a pointer", "03 63 6f 6d 00 | c0 00 | c0 05", 7, "com", 2},
        {"a dot inside a label", "03 61 2e 62 00", 0, "a\\.b", 5},
        {"a backslash", "01 5c 00", 0, "\\\\", 3},
        {"a space stays", "03 61 20 62 00", 0, "a b", 5},
        {"octets that are not printable", "04 00 1f 7f ff 00", 0, R"(\000\031\127\255)", 6},
        {"case is kept", "02 41 62 00", 0, "Ab", 4},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto message = hex(row.wire);
        dns::Name name;
        const auto taken = dns::read_name(message, row.start, name);
        REQUIRE(taken.has_value());
        CHECK(*taken == row.taken);
        CHECK(dns::skip_name(message, row.start) == taken);
        CHECK(name.presentation() == row.text);
        std::string text = "before ";
        name.append_presentation(text);
        CHECK(text == "before " + name.presentation());
        const auto again = dns::Name::parse_presentation(name.presentation());
        REQUIRE(again.has_value());
        CHECK(*again == name);
    }
}

TEST_CASE("what has to be escaped is found at every place of a name, and in names of every length")
{
    for (std::size_t length = 1; length <= 40; ++length)
        for (std::size_t at = 0; at < length; ++at)
            for (const auto& [octet, text] : {std::pair{"5c", "\\\\"},
                                              {"2e", "\\."},
                                              {"1f", "\\031"},
                                              {"7f", "\\127"},
                                              {"ff", "\\255"},
                                              {"7e", "~"},
                                              {"20", " "},
                                              {"2d", "-"}}) {
                std::string wire = "02 78 79 " + to_hex(std::array{static_cast<std::byte>(length)});
                std::string expected = "xy.";
                for (std::size_t i = 0; i < length; ++i) {
                    wire += i == at ? octet : "61";
                    expected += i == at ? text : "a";
                }
                dns::Name name;
                REQUIRE(dns::read_name(hex(wire + "00"), 0, name).has_value());
                REQUIRE(name.presentation() == expected);
            }
}

TEST_CASE("a name without pointers and escapes is written as it is read, or in lower case")
{
    struct Row {
        const char* what;
        std::string wire;
        const char* text;
    };
    const std::string longest = repeat(label_of_63() + "| ", 3) + "3d " + repeat("61 ", 61) + "| 00";
    const Row rows[] = {{"two labels", example_com, "example.com"},
                        {"one octet", "01 61 | 00", "a"},
                        {"capitals, and what stands beside them", "05 40 41 5a 5b 7b | 02 4d 6d | 00", "@AZ[{.Mm"},
                        {"a space and a quote", "03 61 20 22 | 00", "a \""},
                        {"the root", "00", ""},
                        {"nothing", "", ""},
                        {"no end", "01 61", ""},
                        {"a label that is cut", "02 61", ""},
                        {"a pointer", "01 61 | c0 00", ""},
                        {"a reserved label type", "40 61 | 00", ""},
                        {"a dot", "03 61 2e 61 | 00", ""},
                        {"a backslash", "01 61 | 01 5c | 00", ""},
                        {"a control octet", "01 61 | 01 1f | 00", ""},
                        {"an octet past ASCII", "01 80 | 00", ""},
                        {"256 octets", repeat(label_of_63() + "| ", 3) + "3e " + repeat("61 ", 62) + "| 00", ""}};
    std::array<char, dns::plain_name_room> room{};
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto message = hex(row.wire);
        const std::size_t size = dns::write_plain_name(message, 0, room);
        CHECK(std::string_view{room.data(), size} == row.text);
        const std::size_t lower_size = dns::write_lower_name(message, 0, room);
        std::string lower = row.text;
        std::ranges::transform(lower, lower.begin(), to_lower);
        CHECK(std::string_view{room.data(), lower_size} == lower);
    }
    const auto message = hex("ff " + longest);
    CHECK(std::string_view{room.data(), dns::write_plain_name(message, 1, room)} == text_at(longest, 0));
}

TEST_CASE("a malformed name says what is wrong and where")
{
    using enum ParseError::Kind;
    const std::string four_labels = repeat(label_of_63(), 4) + "00";
    struct Row {
        const char* what;
        std::string wire;
        std::size_t start;
        ParseError error;
    };
    const Row rows[] = {
        {"no octet at all", "", 0, {truncated, 0}},
        {"a start behind the message", "00", 2, {truncated, 2}},
        {"no root", "01 61", 0, {truncated, 2}},
        {"a label that runs past the end", "05 61 62 00", 0, {truncated, 0}},
        {"half a pointer", "01 61 c0", 0, {truncated, 2}},
        {"reserved label type 01", "01 61 40 00", 0, {bad_value, 2}},
        {"reserved label type 10", "80 00", 0, {bad_value, 0}},
        {"a pointer to itself", "c0 00", 0, {pointer_loop, 0}},
        {"a pointer to its own labels", "01 61 c0 00", 0, {pointer_loop, 2}},
        {"a pointer forwards", "c0 02 00", 0, {pointer_loop, 0}},
        {"two pointers in a ring", "c0 02 c0 00", 2, {pointer_loop, 0}},
        {"256 octets", four_labels, 0, {too_long, 192}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto message = hex(row.wire);
        dns::Name name;
        const auto taken = dns::read_name(message, row.start, name);
        REQUIRE_FALSE(taken.has_value());
        CHECK(taken.error() == row.error);
        CHECK(dns::skip_name(message, row.start) == taken);
    }
}

TEST_CASE("a name may have 255 octets and 128 pointers, and no more")
{
    const std::string longest = repeat(label_of_63(), 3) + "3d " + repeat("61 ", 61) + "00";
    CHECK(text_at(longest, 0).size() == 253);

    std::string pointers = "00 | ";  // then 129 pointers, each to the one before
    std::size_t target = 0;
    for (std::size_t i = 0; i < 129; ++i) {
        const auto octet = [](std::size_t value) {
            const std::string_view digits = "0123456789abcdef";
            return std::string{digits[value / 16]} + digits[value % 16] + " ";
        };
        pointers += octet(0xc0 + target / 256) + octet(target % 256);
        target = 1 + 2 * i;
    }
    CHECK(text_at(pointers, 1 + 2 * 127) == ".");
    CHECK(text_at(pointers, 1 + 2 * 128) == "-");
}

TEST_CASE("every prefix of a name is an error")
{
    const auto whole = hex(example_com);
    dns::Name name;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto taken = dns::read_name(Bytes{whole}.first(size), 0, name);
        REQUIRE_FALSE(taken.has_value());
        CHECK(taken.error().kind == ParseError::Kind::truncated);
    }
}

TEST_CASE("presentation text is read back")
{
    using enum ParseError::Kind;
    const std::string label(63, 'a');
    struct Row {
        const char* what;
        std::string text;
        ParseError error;
    };
    const Row rows[] = {
        {"nothing", "", {bad_value, 0}},
        {"an empty label", "a..b", {bad_value, 2}},
        {"a dot in front", ".a", {bad_value, 0}},
        {"a backslash at the end", "a\\", {bad_value, 1}},
        {"too few digits", "\\12", {bad_value, 0}},
        {"no octet's number", "\\256", {bad_value, 0}},
        {"digits and a letter", "\\1a2", {bad_value, 0}},
        {"64 octets in a label", label + "a", {too_long, 63}},
        {"256 octets", label + "." + label + "." + label + "." + label, {too_long, 255}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto name = dns::Name::parse_presentation(row.text);
        REQUIRE_FALSE(name.has_value());
        CHECK(name.error() == row.error);
    }
    CHECK(dns::Name::parse_presentation("example.com.") == dns::Name::parse_presentation("example.com"));
    CHECK(dns::Name::parse_presentation("\\.\\\\\\065").value().presentation() == "\\.\\\\A");
}

TEST_CASE("names are written uncompressed")
{
    std::vector<std::byte> out;
    dns::write_name(dns::Name::parse_presentation("example.com").value(), out);
    dns::write_name(dns::Name{}, out);
    CHECK(out == hex(std::string{example_com} + "00"));
}

TEST_CASE("names are compared within a message without regard to ASCII case")
{
    const auto message = hex("01 61 01 62 00 | 01 41 01 42 00 | 01 61 c0 07 | 01 61 00 | c0 00 | c0 13");
    CHECK(dns::same_name(message, 0, 0));
    CHECK(dns::same_name(message, 0, 5));
    CHECK(dns::same_name(message, 5, 10));
    CHECK(dns::same_name(message, 0, 17));
    CHECK_FALSE(dns::same_name(message, 0, 14));
    CHECK_FALSE(dns::same_name(message, 0, 4));
    CHECK_FALSE(dns::same_name(message, 0, 19));   // a pointer to itself
    CHECK_FALSE(dns::same_name(message, 0, 100));  // not in the message
}

TEST_CASE("lower case leaves all but ASCII capitals as they are")
{
    std::string text;
    for (int value = 0; value < 256; ++value) {
        if (value % 32 == 0 && value != 0)
            text += '.';
        text += "\\" + std::string{static_cast<char>('0' + value / 100)} + static_cast<char>('0' + value / 10 % 10) +
                static_cast<char>('0' + value % 10);
        if (value == 191)
            break;
    }
    auto name = dns::Name::parse_presentation(text).value();
    const auto before = name;
    name.to_lower_case();
    REQUIRE(name.wire().size() == before.wire().size());
    for (std::size_t i = 0; i < name.wire().size(); ++i) {
        const auto old = std::to_integer<int>(before.wire()[i]);
        CHECK(std::to_integer<int>(name.wire()[i]) == (old >= 'A' && old <= 'Z' ? old + 32 : old));
    }
}

TEST_CASE("labels are taken off the front until the root is left")
{
    auto name = dns::Name::parse_presentation("_8443._https.example.com").value();
    CHECK(as_text(name.first_label()) == "_8443");
    name.drop_first_label();
    name.drop_first_label();
    CHECK(name.presentation() == "example.com");
    name.drop_first_label();
    name.drop_first_label();
    name.drop_first_label();
    CHECK(name.is_root());
    CHECK(name.first_label().empty());
}
