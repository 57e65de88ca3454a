#include "wire/ssh.h"

#include <doctest/doctest.h>

#include <string>

using namespace waybill;
using namespace waybill::ssh;

TEST_CASE("an identification string is one line, perhaps after others")
{
    struct Row {
        std::string_view text;
        std::string_view identification;
        std::size_t octets;
    };
    const Row rows[] = {
        {"SSH-2.0-x\r\n", "SSH-2.0-x", 11},
        {"SSH-1.99-Server_1.0 a comment\nrest", "SSH-1.99-Server_1.0 a comment", 30},
        {"Welcome\r\nto SSH-land\r\nSSH-2.0-x\r\n", "SSH-2.0-x", 33},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto identification = parse_identification(row.text);
        REQUIRE(identification.has_value());
        CHECK(identification->text == row.identification);
        CHECK(identification->octets == row.octets);
        for (std::size_t length = 0; length < row.octets; ++length)
            CHECK(parse_identification(row.text.substr(0, length)).error().kind == ParseError::Kind::truncated);
    }
}

TEST_CASE("what is no identification string says why")
{
    using enum ParseError::Kind;
    CHECK(parse_identification("SSH-\r\n").error() == ParseError{bad_value, 0});
    CHECK(parse_identification("SSH--x\r\n").error() == ParseError{bad_value, 0});
    CHECK(parse_identification("ab\nSSH-2.0-\x01\r\n").error() == ParseError{bad_value, 3});
    CHECK(parse_identification("SSH-2.0-" + std::string(300, 'x')).error() == ParseError{too_long, 255});
    CHECK(parse_identification("SSH-2.0-" + std::string(247, 'x') + "\n").error() == ParseError{too_long, 255});
    CHECK(parse_identification("SSH-2.0-" + std::string(246, 'x') + "\n").has_value());
    CHECK(parse_identification(std::string(5000, 'x')).error().kind == too_long);
    CHECK(parse_identification(std::string(5000, 'x') + "\nSSH-2.0-x\n").error().kind == too_long);
}
