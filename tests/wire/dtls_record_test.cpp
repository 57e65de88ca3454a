#include "wire/dtls_record.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"
#include "tests/wire/tls_hello_builder.h"

using namespace waybill;
using test::hex;

TEST_CASE("the records of a datagram are taken one after the other")
{
    const auto datagram = hex("14 fefd 0000 000000000005 0001 01 | 16 fefd 0001 000100000006 0002 aabb");
    Cursor in{datagram};
    const auto first = dtls::next_record(in);
    REQUIRE(first.has_value());
    CHECK(first->type == tls::ContentType::change_cipher_spec);
    CHECK(first->fragment.size() == 1);
    CHECK_FALSE(first->encrypted());
    const auto second = dtls::next_record(in);
    REQUIRE(second.has_value());
    CHECK(second->encrypted());
    CHECK(second->sequence_number == 0x000100000006);
    CHECK(in.at_end());
}

TEST_CASE("a malformed record says what is wrong and where")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        const char* wire;
        ParseError error;
    };
    const Row rows[] = {
        {"no octet at all", "", {truncated, 0}},
        {"half a header", "16 fefd 0000 0000", {truncated, 7}},
        {"a fragment cut", "16 fefd 0000 000000000000 0002 01", {truncated, 13}},
        {"DTLS 1.3's unified header", "2f 0001 0002", {unsupported, 0}},
        {"a connection id", "19 fefd 0001", {unsupported, 0}},
        {"unknown content type", "13 fefd 0000 000000000000 0000", {bad_value, 0}},
        {"a version of TLS", "16 0303 0000 000000000000 0000", {bad_value, 0}},
        {"over the bound", "16 fefd 0000 000000000000 4801", {too_long, 13}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto octets = hex(row.wire);
        Cursor in{octets};
        const auto record = dtls::next_record(in);
        REQUIRE_FALSE(record.has_value());
        CHECK(record.error() == row.error);
    }
}

TEST_CASE("a fragment must lie within its message")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        const char* wire;
        ParseError error;
    };
    const Row rows[] = {
        {"half a header", "01 000010 0000", {truncated, 6}},
        {"a fragment cut", "01 000010 0000 000000 000002 aa", {truncated, 12}},
        {"past its message", "01 000003 0000 000002 000002 aabb", {bad_value, 14}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto octets = hex(row.wire);
        Cursor in{octets};
        const auto part = dtls::next_fragment(in);
        REQUIRE_FALSE(part.has_value());
        CHECK(part.error() == row.error);
    }
    const auto octets = hex("01 000004 0007 000002 000002 aabb");
    Cursor in{octets};
    const auto part = dtls::next_fragment(in);
    REQUIRE(part.has_value());
    CHECK(part->message_seq == 7);
    CHECK(part->fragment_offset == 2);
    CHECK_FALSE(part->whole());
}

TEST_CASE("DTLS is recognised by a hello or by records that fill the datagram")
{
    struct Row {
        const char* what;
        const char* wire;
        bool looks;
    };
    const Row rows[] = {
        {"nothing", "", false},
        {"application data", "17 fefd 0001 000000000001 0002 aabb", true},
        {"application data of DTLS 1.0", "17 feff 0001 000000000001 0002 aabb", true},
        {"application data of before the RFC", "17 0100 0001 000000000001 0002 aabb", true},
        {"two records", "14 fefd 0000 000000000001 0001 01 | 17 fefd 0001 000000000001 0002 aabb", true},
        {"octets left over", "17 fefd 0001 000000000001 0002 aabb 00", false},
        {"application data cut", "17 fefd 0001 000000000001 0003 aabb", false},
        {"a ClientHello cut by the capture", "16 feff 0000 000000000000 0100 | 01 0000f4 0000 000000 0000f4 | fefd",
         true},
        {"a HelloVerifyRequest", "16 feff 0000 000000000000 000f | 03 000003 0000 000000 000003 | feff 00", true},
        {"a fragment past its message, cut", "16 feff 0000 000000000000 0100 | 01 0000f3 0000 000000 0000f4", false},
        {"a fragment past its record, cut", "16 feff 0000 000000000000 0010 | 01 0000f4 0000 000000 0000f4", false},
        {"an unknown message, cut", "16 feff 0000 000000000000 0100 | 2a 0000f4 0000 000000 0000f4", false},
        {"a STUN request", "0001 0000 2112a442 000000000000000000000000", false},
        {"TLS", "16 0301 0005 | 01 000001 00", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(dtls::looks_like_dtls(hex(row.wire)) == row.looks);
    }
}
