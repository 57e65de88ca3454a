#include "wire/ip.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/hex.h"
#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

using enum ParseError::Kind;

const std::string v6_addresses = "20010db8000000000000000000000001 20010db8000000000000000000000002";

}  // namespace

TEST_CASE("an IPv4 header is read, its options and the padding behind the packet left out")
{
    const auto octets =
        hex("46 00 001a 1234 4000 40 11 0000 c0000201 c0000202 | 01010101 | 6162 | 00000000");  // options, then padding
    const auto ip = parse_ipv4(octets, 30);
    REQUIRE(ip.has_value());
    CHECK(ip->source.text() == "192.0.2.1");
    CHECK(ip->destination.text() == "192.0.2.2");
    CHECK(ip->protocol == IpProtocol::udp);
    CHECK(ip->length == 26);
    CHECK(ip->payload_length == 2);
    CHECK(to_hex(ip->payload) == "6162");
    CHECK(ip->identification == 0x1234);
    CHECK_FALSE(ip->is_fragment());
}

TEST_CASE("a packet that the capture cut keeps the length that its header says")
{
    const auto ip = parse_ipv4(hex("45 00 05dc 0000 4000 40 06 0000 c0000201 c0000202 | 6162"), 1500);
    REQUIRE(ip.has_value());
    CHECK(ip->length == 1500);
    CHECK(ip->payload_length == 1480);
    CHECK(ip->payload.size() == 2);
}

TEST_CASE("a length of 0 is that of the frame, as segmentation offload leaves it")
{
    const auto v4 = parse_ipv4(hex("45 00 0000 0000 4000 40 06 0000 c0000201 c0000202 | 6162"), 70'000);
    CHECK(v4.value().length == 70'000);
    const auto v6 = parse_ipv6(hex("60000000 0000 06 40" + v6_addresses + "6162"), 70'000);
    CHECK(v6.value().length == 70'000);
    CHECK(v6.value().payload_length == 69'960);
}

TEST_CASE("IPv4 fragments tell their place in octets")
{
    const auto first = parse_ipv4(hex("45 00 001c 0001 2000 40 11 0000 c0000201 c0000202 0000000000000000"), 28);
    CHECK(first.value().more_fragments);
    CHECK(first.value().fragment_offset == 0);
    CHECK(first.value().is_fragment());
    const auto last = parse_ipv4(hex("45 00 001c 0001 1fff 40 11 0000 c0000201 c0000202 0000000000000000"), 28);
    CHECK(last.value().fragment_offset == 65528);
    CHECK(last.value().is_fragment());
}

TEST_CASE("an IPv6 header's extension headers are passed over")
{
    const auto octets = hex("60000000 0022 00 40" + v6_addresses +
                            "3c 00 000000000000 | 33 00 000000000000 | 11 01 00000000000000000000 | 61626364 6566");
    // hop-by-hop, destination options, an authentication header of three words, UDP
    const auto ip = parse_ipv6(octets, 74);
    REQUIRE(ip.has_value());
    CHECK(ip->protocol == IpProtocol::udp);
    CHECK(ip->length == 74);
    CHECK(ip->payload_length == 6);
    CHECK(to_hex(ip->payload) == "616263646566");
}

TEST_CASE("an IPv6 fragment tells its place, a fragment header of a whole datagram is only passed over")
{
    const auto piece_octets = hex("60000000 000a 2c 40" + v6_addresses + "11 00 0009 00000007 6162");
    const auto piece = parse_ipv6(piece_octets, 50);
    REQUIRE(piece.has_value());
    CHECK(piece->fragment_offset == 8);
    CHECK(piece->more_fragments);
    CHECK(piece->identification == 7);
    CHECK(piece->protocol == IpProtocol::udp);
    CHECK(to_hex(piece->payload) == "6162");
    const auto atomic_octets =
        hex("60000000 0012 2c 40" + v6_addresses + "3c 00 0000 00000007 11 00 000000000000 6162");
    const auto atomic = parse_ipv6(atomic_octets, 58);
    REQUIRE(atomic.has_value());
    CHECK_FALSE(atomic->is_fragment());
    CHECK(atomic->protocol == IpProtocol::udp);
    CHECK(to_hex(atomic->payload) == "6162");
}

TEST_CASE("headers that cannot be say why")
{
    struct Row {
        std::string_view what;
        std::string octets;
        ParseError::Kind kind;
    };
    const std::string rest = "0000 4000 40 06 0000 c0000201 c0000202";
    const Row v4[] = {
        {"nothing", "", truncated},
        {"another version", "65 00 0014" + rest, bad_value},
        {"a header of four words", "44 00 0014" + rest, bad_value},
        {"a total length under the header's", "45 00 0013" + rest, bad_value},
        {"options past the end", "46 00 0018" + rest, truncated},
        {"19 octets", "45 00 0014 0000 4000 40 06 0000 c0000201 c00002", truncated},
    };
    for (const Row& row : v4) {
        CAPTURE(row.what);
        const auto ip = parse_ipv4(hex(row.octets), 20);
        REQUIRE_FALSE(ip.has_value());
        CHECK(ip.error().kind == row.kind);
    }
    std::string long_chain = "60000000 0088 3c 40" + v6_addresses;
    for (int header = 0; header < 17; ++header)
        long_chain += "3c 00 000000000000";
    const Row v6[] = {
        {"another version", "45000000 0000 06 40" + v6_addresses, bad_value},
        {"39 octets", "60000000 0000 06 40" + v6_addresses.substr(0, v6_addresses.size() - 2), truncated},
        {"an extension header past the end", "60000000 0008 00 40" + v6_addresses + "3c 01 0000", truncated},
        {"an extension header past the payload", "60000000 0004 00 40" + v6_addresses + "3c 00 000000000000",
         truncated},
        {"17 extension headers", long_chain, too_long},
    };
    for (const Row& row : v6) {
        CAPTURE(row.what);
        const auto ip = parse_ipv6(hex(row.octets), 200);
        REQUIRE_FALSE(ip.has_value());
        CHECK(ip.error().kind == row.kind);
    }
    CHECK_FALSE(parse_ipv6(hex("60000000 0000 06 40" + v6_addresses), 39).has_value());
}

TEST_CASE("every prefix of a packet is an error or claims no more than there is")
{
    const auto octets = hex("60000000 0022 00 40" + v6_addresses +
                            "3c 00 000000000000 | 33 00 000000000000 | 11 01 00000000000000000000 | 61626364 6566");
    for (std::size_t size = 0; size <= octets.size(); ++size) {
        if (const auto v6 = parse_ipv6(Bytes{octets}.first(size), static_cast<std::uint32_t>(octets.size())))
            CHECK(v6->payload.size() <= v6->payload_length);
        if (const auto v4 = parse_ipv4(Bytes{octets}.first(size), static_cast<std::uint32_t>(octets.size())))
            CHECK(v4->payload.size() <= v4->payload_length);
    }
}
