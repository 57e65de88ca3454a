#include "wire/quic_packet.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"
#include "tests/wire/quic_sealer.h"
#include "wire/quic_varint.h"

using namespace waybill;
using namespace waybill::quic;
using test::hex;

namespace {

// flags | version | DCID | SCID | token | length 20 | packet number and sample
const std::string small_initial =
    "c0 | 00000001 | 08 8394c8f03e515708 | 02 aabb | 01 77 | 14 | 0011223344556677889900112233445566778899";

std::expected<PacketView, ParseError> parse(Bytes datagram)
{
    return parse_packet(datagram, datagram.size());
}

}  // namespace

TEST_CASE("a variable-length integer takes the octets that its first two bits say (RFC 9000, A.1)")
{
    struct Row {
        const char* wire;
        std::uint64_t value;
    };
    const Row rows[] = {
        {"c2197c5eff14e88c", 151288809941952652U}, {"9d7f3e7d", 494878333}, {"7bbd", 15293}, {"25", 37}, {"4025", 37},
    };
    for (const Row& row : rows) {
        CAPTURE(row.wire);
        const auto octets = hex(row.wire);
        Cursor in{octets};
        CHECK(read_varint(in) == row.value);
        CHECK(in.at_end());
        for (std::size_t cut = 0; cut < octets.size(); ++cut) {
            Cursor part{Bytes{octets}.first(cut)};
            read_varint(part);
            CHECK(part.failed());
        }
    }
}

TEST_CASE("an Initial's clear part is read field by field")
{
    const auto datagram = hex(small_initial + " | ff");
    const auto packet = parse(datagram);
    REQUIRE(packet.has_value());
    CHECK(packet->type == PacketType::initial);
    CHECK(packet->version == version_1);
    CHECK(to_hex(packet->destination_id) == "8394c8f03e515708");
    CHECK(to_hex(packet->source_id) == "aabb");
    CHECK(to_hex(packet->token) == "77");
    CHECK(packet->number_offset == 20);
    CHECK(packet->wire_length == 40);
    CHECK(packet->octets.size() == 40);
    CHECK_FALSE(packet->cut());
}

TEST_CASE("no prefix of an Initial is a packet, unless the capture cut it behind its clear part")
{
    const auto datagram = hex(small_initial);
    for (std::size_t length = 0; length < datagram.size(); ++length) {
        CAPTURE(length);
        const Bytes prefix = Bytes{datagram}.first(length);
        const auto whole = parse_packet(prefix, length);
        REQUIRE_FALSE(whole.has_value());
        CHECK(whole.error().kind == ParseError::Kind::truncated);
        const auto cut = parse_packet(prefix, datagram.size());
        CHECK(cut.has_value() == (length >= 20));
        if (cut) {
            CHECK(cut->cut());
            CHECK(cut->wire_length == datagram.size());
        }
    }
}

TEST_CASE("packet types follow the version's numbering (RFC 9000, 17.2 and RFC 9369, 3.2)")
{
    struct Row {
        const char* first;
        const char* version;
        PacketType type;
    };
    const Row rows[] = {
        {"d0", "00000001", PacketType::zero_rtt},  {"e0", "00000001", PacketType::handshake},
        {"e0", "ff00001d", PacketType::handshake}, {"d0", "6b3343cf", PacketType::initial},
        {"e0", "6b3343cf", PacketType::zero_rtt},  {"f0", "6b3343cf", PacketType::handshake},
    };
    for (const Row& row : rows) {
        CAPTURE(row.first);
        CAPTURE(row.version);
        const bool initial = row.type == PacketType::initial;
        const auto datagram = hex(std::string{row.first} + row.version + " 01 aa 00 " + (initial ? "00" : "") +
                                  " 14 0011223344556677889900112233445566778899");
        const auto packet = parse(datagram);
        REQUIRE(packet.has_value());
        CHECK(packet->type == row.type);
        CHECK(packet->number_offset == (initial ? 10 : 9));
    }
}

TEST_CASE("Retry packets give their token (RFC 9001, A.4 and RFC 9369, A.4)")
{
    const char* rows[] = {
        "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba",
        "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6",
    };
    for (const char* row : rows) {
        const auto datagram = hex(row);
        const auto packet = parse(datagram);
        REQUIRE(packet.has_value());
        CHECK(packet->type == PacketType::retry);
        CHECK(packet->destination_id.empty());
        CHECK(to_hex(packet->source_id) == "f067a5502a4262b5");
        CHECK(as_text(packet->token) == "token");
        CHECK(looks_like_quic(datagram, datagram.size()));
    }
}

TEST_CASE("Version Negotiation lists versions, one that is known makes the datagram QUIC")
{
    const auto known = hex("80 00000000 01 aa 01 bb | 1a2a3a4a | 00000001");
    const auto packet = parse(known);
    REQUIRE(packet.has_value());
    CHECK(packet->type == PacketType::version_negotiation);
    CHECK(to_hex(packet->supported_versions) == "1a2a3a4a00000001");
    CHECK(looks_like_quic(known, known.size()));
    const auto strange = hex("80 00000000 01 aa 01 bb | 12345678");
    CHECK(parse(strange).has_value());
    CHECK_FALSE(looks_like_quic(strange, strange.size()));
}

TEST_CASE("unknown versions stay packets of which only the connection IDs are read (RFC 8999, 5.1)")
{
    auto datagram = hex("c0 12345678 01 aa 02 bbcc 0102030405");
    const auto packet = parse(datagram);
    REQUIRE(packet.has_value());
    CHECK(packet->type == PacketType::unknown_version);
    CHECK(to_hex(packet->source_id) == "bbcc");
    CHECK(packet->octets.size() == datagram.size());
    CHECK_FALSE(looks_like_quic(datagram, datagram.size()));
}

TEST_CASE("a first flight of a reserved version is QUIC when it is padded as a client must")
{
    auto datagram = hex("c0 1a2a3a4a 08 8394c8f03e515708 00");
    CHECK_FALSE(looks_like_quic(datagram, datagram.size()));
    CHECK(looks_like_quic(datagram, min_client_datagram));
    datagram.resize(min_client_datagram);
    CHECK(looks_like_quic(datagram, datagram.size()));
}

TEST_CASE("a malformed packet says what is wrong and where")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        const char* wire;
        ParseError error;
    };
    const Row rows[] = {
        {"no octet", "", {truncated, 0}},
        {"half a version", "c0 0000", {truncated, 1}},
        {"long header without the fixed bit", "80 00000001 00 00 00 14", {bad_value, 0}},
        {"short header without the fixed bit", "00 11", {bad_value, 0}},
        {"connection ID of 21 octets", "c0 00000001 15 000000000000000000000000000000000000000000 00", {too_long, 28}},
        {"token past the end", "c0 00000001 00 00 05 11", {truncated, 8}},
        {"no room for the sample", "c0 00000001 00 00 00 13 00000000000000000000000000000000000000", {bad_value, 9}},
        {"length past the end", "c0 00000001 00 00 00 15 0000000000000000000000000000000000000000", {truncated, 9}},
        {"Retry with no token", "f0 00000001 00 00 00000000000000000000000000000000", {bad_value, 7}},
        {"Version Negotiation with no version", "80 00000000 00 00", {bad_value, 7}},
        {"a version and a half", "80 00000000 00 00 00000001 0000", {bad_value, 7}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto datagram = hex(row.wire);
        const auto packet = parse(datagram);
        REQUIRE_FALSE(packet.has_value());
        CHECK(packet.error() == row.error);
        CHECK_FALSE(looks_like_quic(datagram, datagram.size()));
    }
}

TEST_CASE("a short header reaches to the datagram's end and does not make it QUIC")
{
    const auto datagram = hex("40 112233");
    const auto packet = parse(datagram);
    REQUIRE(packet.has_value());
    CHECK(packet->type == PacketType::one_rtt);
    CHECK(packet->octets.size() == 4);
    CHECK_FALSE(looks_like_quic(datagram, datagram.size()));
}

TEST_CASE("other protocols' datagrams do not look like QUIC")
{
    const char* rows[] = {
        "1234 0100 0001 0000 0000 0000 | 07 6578616d706c65 03 636f6d 00 | 0001 0001",  // DNS
        "8012 ae16 04e9fa38 3aa6d922 c4532097",                                        // RTP
        "80c8 0006 00000001 00000000 00000000 00000000 00000000 00000000",             // RTCP
        "16 fefd 0000 000000000000 0000",                                              // DTLS
        "04000000 c541fdbf 0100000000000000",                                          // WireGuard
        "c1 00000001 ffffffff",                                                        // connection IDs that run out
    };
    for (const char* row : rows) {
        CAPTURE(row);
        const auto datagram = hex(row);
        CHECK_FALSE(looks_like_quic(datagram, datagram.size()));
    }
}

TEST_CASE("the versions whose Initials can be opened are known by number")
{
    for (const std::uint32_t number : {0x1U, 0x6b3343cfU, 0xff000016U, 0xff00001bU, 0xff00001dU, 0xff000020U,
                                       0xff000022U, 0xfaceb001U, 0xfaceb002U, 0xfaceb00eU, 0x54303531U}) {
        CAPTURE(number);
        CHECK(find_rules(Version{number}) != nullptr);
    }
    for (const std::uint32_t number : {0x0U, 0x2U, 0xff000015U, 0xff000023U, 0x51303433U, 0x1a2a3a4aU, 0xfaceb020U}) {
        CAPTURE(number);
        CHECK(find_rules(Version{number}) == nullptr);
    }
}
