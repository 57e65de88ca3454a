#include "wire/socks.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"

using namespace waybill;
using namespace waybill::socks;
using test::hex;

TEST_CASE("a request of each version names its target")
{
    struct Row {
        const char* wire;
        const char* target;
        Command command;
    };
    const Row rows[] = {
        {"04 01 01bb c0000201 | 75 00", "192.0.2.1:443", Command::connect},
        {"04 02 0050 c0000201 | 00", "192.0.2.1:80", Command::bind},
        {"04 01 01bb 00000001 | 00 | 612e6578616d706c65 00", "a.example:443", Command::connect},
        {"04 01 01bb 00000000 | 00", "0.0.0.0:443", Command::connect},
        {"05 01 00 | 01 c0000201 | 01bb", "192.0.2.1:443", Command::connect},
        {"05 01 00 | 03 09 612e6578616d706c65 | 01bb", "a.example:443", Command::connect},
        {"05 03 00 | 04 20010db8000000000000000000000001 | 0035", "[2001:db8::1]:53", Command::udp_associate},
    };
    for (const Row& row : rows) {
        CAPTURE(row.wire);
        const auto wire = hex(row.wire);
        const auto request = parse_request(wire);
        REQUIRE(request.has_value());
        CHECK(target(*request) == row.target);
        CHECK(request->command == row.command);
        CHECK(request->octets == wire.size());
        for (std::size_t length = 0; length < wire.size(); ++length) {
            const auto prefix = parse_request(Bytes{wire}.first(length));
            REQUIRE_FALSE(prefix.has_value());
            CHECK(prefix.error().kind == ParseError::Kind::truncated);
        }
    }
}

TEST_CASE("what is no request says why")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        std::string wire;
        ParseError::Kind kind;
    };
    const Row rows[] = {
        {"another version", "06 01 00", bad_value},
        {"SOCKS 4 knows no UDP", "04 03 0050 c0000201 00", bad_value},
        {"a command past the last", "05 04 00 01", bad_value},
        {"a reserved octet", "05 01 01", bad_value},
        {"an address type", "05 01 00 02", bad_value},
        {"an empty name", "05 01 00 03 00 0050", bad_value},
        {"an empty 4a name", "04 01 0050 00000001 00 00", bad_value},
        {"a user id without end", "04 01 0050 c0000201 " + std::string(512, '6'), too_long},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto request = parse_request(hex(row.wire));
        REQUIRE_FALSE(request.has_value());
        CHECK(request.error().kind == row.kind);
    }
}

TEST_CASE("greetings and credentials are measured")
{
    const auto greeting = hex("05 02 00 02 ff");
    CHECK(measure_greeting(greeting) == 4);
    CHECK(offers(Bytes{greeting}.first(4), Method::user_password));
    CHECK_FALSE(offers(Bytes{greeting}.first(4), Method::gssapi));
    CHECK(measure_greeting(hex("05 00")).error().kind == ParseError::Kind::bad_value);
    CHECK(measure_greeting(hex("05 02 00")).error().kind == ParseError::Kind::truncated);
    CHECK(measure_credentials(hex("01 01 75 02 7070 ff")) == 6);
    CHECK(measure_credentials(hex("01 01 75 02 70")).error().kind == ParseError::Kind::truncated);
    CHECK(measure_credentials(hex("05 01")).error().kind == ParseError::Kind::bad_value);
}

TEST_CASE("a reply grants or refuses")
{
    struct Row {
        const char* wire;
        std::uint8_t version;
        bool granted;
    };
    const Row rows[] = {
        {"00 5a 0000 00000000", 4, true},       {"00 5b 0000 00000000", 4, false},
        {"05 00 00 01 00000000 0000", 5, true}, {"05 05 00 01 00000000 0000", 5, false},
        {"05 00 00 03 02 6161 0000", 5, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.wire);
        const auto wire = hex(row.wire);
        const auto reply = parse_reply(wire, row.version);
        REQUIRE(reply.has_value());
        CHECK(reply->granted == row.granted);
        CHECK(reply->octets == wire.size());
        for (std::size_t length = 0; length < wire.size(); ++length)
            CHECK(parse_reply(Bytes{wire}.first(length), row.version).error().kind == ParseError::Kind::truncated);
    }
    CHECK(parse_reply(hex("00 5e 0000 00000000"), 4).error().kind == ParseError::Kind::bad_value);
    CHECK(parse_reply(hex("05 00 00 02 00"), 5).error().kind == ParseError::Kind::bad_value);
    CHECK(parse_reply(hex("48 54"), 5).error().kind == ParseError::Kind::bad_value);
}
