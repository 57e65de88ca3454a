#include "wire/ieee802_11.h"

#include <doctest/doctest.h>

#include <string_view>

#include "base/hex.h"
#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

TEST_CASE("LLC gives IP by its service access points or its SNAP extension, nothing else")
{
    struct Row {
        std::string_view what;
        const char* frame;
        EtherType type;
    };
    const Row rows[] = {
        {"SNAP", "aa aa 03 000000 0800 45", EtherType::ipv4},
        {"SNAP with IPv6", "aa aa 03 000000 86dd 60", EtherType::ipv6},
        {"IP's own access point (RFC 948)", "06 06 03 45", EtherType::ipv4},
        {"spanning tree", "42 42 03 00", EtherType::none},
        {"SNAP in a numbered frame", "aa aa 00 000000 0800", EtherType::none},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(parse_llc(hex(row.frame)).value().type == row.type);
    }
    for (const char* const torn : {"", "aa", "aa aa", "aa aa 03 00", "aa aa 03 000000 08"})
        CHECK_FALSE(parse_llc(hex(torn)).has_value());
}

TEST_CASE("a Prism header is as long as it says, in either byte order")
{
    const std::string frame = "08 00 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800 45";
    for (const char* const header : {"00000044 0c000000 aabbccdd", "44000000 0000000c aabbccdd"}) {
        const auto octets = hex(header + frame);
        const auto found = parse_ieee802_11(LinkType::ieee802_11_prism, octets);
        REQUIRE(found.has_value());
        CHECK(found->type == EtherType::ipv4);
        CHECK(to_hex(found->payload) == "45");
    }
    CHECK_FALSE(parse_ieee802_11(LinkType::ieee802_11_prism, hex("00000044 ffff0000")).has_value());
}

TEST_CASE("an HT control field stands only in QoS frames")
{
    const std::string tail = "aaaa03 000000 0800 45";
    const std::string addresses = "020000000001 020000000002 020000000003 0000";
    const auto with = hex("88 80 0000" + addresses + "0000 11223344" + tail);
    const auto without = hex("08 80 0000" + addresses + tail);
    CHECK(parse_ieee802_11(LinkType::ieee802_11, with).value().type == EtherType::ipv4);
    CHECK(parse_ieee802_11(LinkType::ieee802_11, without).value().type == EtherType::ipv4);
}
