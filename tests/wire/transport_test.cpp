#include "wire/transport.h"

#include <doctest/doctest.h>

#include <string_view>

#include "base/hex.h"
#include "tests/support/octets.h"

using namespace waybill;
using test::hex;
using enum ParseError::Kind;

TEST_CASE("a TCP header is read, its options left out")
{
    const auto octets = hex("01bb d431 fffffff0 00000001 60 12 ffff 0000 0000 | 020405b4 | 6162");
    const auto tcp = parse_tcp(octets);
    REQUIRE(tcp.has_value());
    CHECK(tcp->source_port == 443);
    CHECK(tcp->destination_port == 54321);
    CHECK(tcp->sequence == 0xfffffff0);
    CHECK(tcp->acknowledgment == 1);
    CHECK(tcp->flags == (TcpHeader::syn | TcpHeader::ack));
    CHECK(tcp->header_octets == 24);
    CHECK(to_hex(tcp->payload) == "6162");
}

TEST_CASE("a TCP header whose tail was not captured has an empty payload, less than its flags is too little")
{
    const auto octets = hex("01bb d431 00000000 00000001 f0 10 ffff 0000 0000");
    for (std::size_t size = 0; size <= octets.size(); ++size) {
        CAPTURE(size);
        const auto tcp = parse_tcp(Bytes{octets}.first(size));
        CHECK(tcp.has_value() == (size >= 14));
        if (tcp)
            CHECK(tcp->payload.empty());
        else
            CHECK(tcp.error().kind == truncated);
    }
    const auto small = parse_tcp(hex("01bb d431 00000000 00000001 40 10 ffff 0000 0000"));
    REQUIRE_FALSE(small.has_value());
    CHECK(small.error() == ParseError{bad_value, 12});
}

TEST_CASE("a UDP datagram's length cuts what stands behind it, 0 is a jumbogram's")
{
    struct Row {
        std::string_view what;
        const char* octets;
        std::uint16_t length;
        const char* payload;
    };
    const Row rows[] = {
        {"exact", "0035 1000 000a 0000 6162", 10, "6162"}, {"with padding", "0035 1000 0009 0000 6162", 9, "61"},
        {"cut", "0035 1000 0100 0000 6162", 256, "6162"},  {"nothing", "0035 1000 0008 0000", 8, ""},
        {"jumbo", "0035 1000 0000 0000 6162", 0, "6162"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto octets = hex(row.octets);
        const auto udp = parse_udp(octets);
        REQUIRE(udp.has_value());
        CHECK(udp->source_port == 53);
        CHECK(udp->destination_port == 4096);
        CHECK(udp->length == row.length);
        CHECK(to_hex(udp->payload) == row.payload);
    }
    CHECK(parse_udp(hex("0035 1000 0007 0000")).error() == ParseError{bad_value, 4});
    CHECK(parse_udp(hex("0035 1000 0008 00")).error().kind == truncated);
}

TEST_CASE("SCTP gives its ports")
{
    CHECK(parse_sctp(hex("0b59 1000 00000000 00000000"))->source_port == 2905);
    CHECK(parse_sctp(hex("0b59 1000"))->destination_port == 4096);
    CHECK_FALSE(parse_sctp(hex("0b59 10")).has_value());
}
