#include "wire/tls_record.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"
#include "tests/wire/tls_hello_builder.h"

using namespace waybill;
using test::hex;

TEST_CASE("a record header is read, or it says what is wrong and where")
{
    using enum ParseError::Kind;
    const auto header = tls::parse_record_header(hex("16 | 0301 | 0200 | 01"));
    REQUIRE(header.has_value());
    CHECK(*header == tls::RecordHeader{tls::ContentType::handshake, 0x0301, 0x0200});
    CHECK(
        tls::parse_record_header(hex("17 | 0303 | 0000")).has_value());  // RFC 8446, 5.1: application data may be empty

    struct Row {
        const char* what;
        const char* wire;
        ParseError error;
    };
    const Row rows[] = {
        {"no octet at all", "", {truncated, 0}},
        {"half a length", "16 0301 02", {truncated, 3}},
        {"unknown content type", "13 0301 0001", {bad_value, 0}},
        {"unknown content type", "1b 0301 0001", {bad_value, 0}},
        {"not version 3", "16 0401 0001", {bad_value, 1}},
        {"empty handshake fragment", "16 0301 0000", {bad_value, 3}},
        {"longer than TLS 1.2 may", "16 0301 4801", {too_long, 3}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto bad = tls::parse_record_header(hex(row.wire));
        REQUIRE_FALSE(bad.has_value());
        CHECK(bad.error() == row.error);
    }
}

TEST_CASE("TLS is recognised by its first octets")
{
    struct Row {
        const char* what;
        const char* wire;
        bool looks;
        bool could;
    };
    const Row rows[] = {
        {"nothing yet", "", false, true},
        {"one octet", "16", false, true},
        {"four octets", "16 0301 02", false, true},
        {"a record header", "16 0301 0200", false, true},
        {"a ClientHello's type", "16 0301 0200 | 01", false, true},
        {"a ClientHello", "16 0301 0200 | 01 0001fc 0303", true, true},
        {"a ServerHello", "16 0303 007a | 02 000076", true, true},
        {"a record of one octet", "16 0301 0001 | 01 | 16 0301", true, true},
        {"another handshake message", "16 0303 0200 | 0b 0001fc", false, false},
        {"a hello over any bound", "16 0301 0200 | 01 020000", false, false},
        {"an alert", "15 0301 0002 | 02 28", true, true},
        {"an alert's header", "15 0301 0002", false, true},
        {"an alert of level 3", "15 0301 0002 | 03 28", false, false},
        {"an encrypted alert", "15 0303 001a | 00", false, false},
        {"application data", "17 0303 0040", true, true},
        {"application data too short for a tag", "17 0303 0010", false, false},
        {"version 3.5", "16 0305", false, false},
        {"an HTTP request", "47 45 54 20 2f 20", false, false},
        {"SSL 2.0's form", "80 2e | 01 0002 0015 0000 0010", true, true},
        {"SSL 2.0's form, version 3.1", "80 2e | 01 0301 0015 0000 0010", true, true},
        {"SSL 2.0's form, so far", "80 2e | 01 03", false, true},
        {"SSL 2.0's form, lengths that do not add up", "80 2f | 01 0301 0015 0000 0010", false, false},
        {"SSL 2.0's form, half a cipher spec", "80 2d | 01 0301 0014 0000 0010", false, false},
        {"SSL 2.0's form, challenge too short", "80 2d | 01 0301 0015 0000 000f", false, false},
        {"SSL 2.0's form, unknown version", "80 2e | 01 0105 0015 0000 0010", false, false},
        {"a high octet and no hello", "80 2e | 04", false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(tls::looks_like_tls(hex(row.wire)) == row.looks);
        CHECK(tls::could_be_tls(hex(row.wire)) == row.could);
    }
}

TEST_CASE("no prefix of what looks like TLS is ruled out")
{
    const auto stream = test::record(22, test::handshake(1, test::HelloBuilder{}.server_name("a.example").body()));
    for (std::size_t size = 0; size <= stream.size(); ++size) {
        CAPTURE(size);
        CHECK(tls::could_be_tls(Bytes{stream}.first(size)));
        CHECK(tls::looks_like_tls(Bytes{stream}.first(size)) == (size >= 7));
    }
}
