#include "wire/tunnel.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/hex.h"
#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

// An IPv6 packet without a payload, between addresses of Teredo's prefix and documentation's.
const std::string teredo_packet =
    "60000000 0000 3b 40 | 20010000000000000000000000000001 | 20010db8000000000000000000000002";
const std::string other_packet =
    "60000000 0000 3b 40 | 20010db8000000000000000000000001 | 20010db8000000000000000000000002";

struct Row {
    std::string_view what;
    std::uint16_t port;  // 0: over IP, by the protocol
    IpProtocol protocol;
    std::string octets;
    EtherType type;
    const char* payload;
};

const Row rows[] = {
    {"IPv4 in IP", 0, IpProtocol::ipv4, "4561", EtherType::ipv4, "4561"},
    {"IPv6 in IP", 0, IpProtocol::ipv6, "6061", EtherType::ipv6, "6061"},
    {"GRE", 0, IpProtocol::gre, "0000 0800 | 4561", EtherType::ipv4, "4561"},
    {"GRE with checksum, key and sequence", 0, IpProtocol::gre, "b000 86dd | 00000000 00000000 00000000 | 60",
     EtherType::ipv6, "60"},
    {"GRE with an Ethernet frame", 0, IpProtocol::gre, "0000 6558 | 02", EtherType::transparent_ethernet, "02"},
    {"PPTP with an acknowledgment", 0, IpProtocol::gre, "3081 880b 0004 0001 | 00000001 00000002 | ff03 0021 4561",
     EtherType::ipv4, "4561"},
    {"ERSPAN I", 0, IpProtocol::gre, "0000 88be | 0200", EtherType::transparent_ethernet, "0200"},
    {"ERSPAN II", 0, IpProtocol::gre, "1000 88be 00000001 | 1000000000000000 | 0200", EtherType::transparent_ethernet,
     "0200"},
    {"ERSPAN III with a subheader", 0, IpProtocol::gre,
     "1000 22eb 00000001 | 2000000000000000 00000001 0000000000000000 | 0200", EtherType::transparent_ethernet, "0200"},
    {"MPLS in IP", 0, IpProtocol::mpls_in_ip, "00002140", EtherType::mpls, "00002140"},
    {"EtherIP", 0, IpProtocol::ethernet_in_ip, "3000 | 0200", EtherType::transparent_ethernet, "0200"},
    {"VXLAN", 4789, {}, "08000000 00000100 | 0200", EtherType::transparent_ethernet, "0200"},
    {"VXLAN at Linux's old port", 8472, {}, "08000000 00000100 | 0200", EtherType::transparent_ethernet, "0200"},
    {"VXLAN-GPE with IPv4", 4790, {}, "0c000001 00000100 | 4561", EtherType::ipv4, "4561"},
    {"VXLAN-GPE with Ethernet", 4790, {}, "08000000 00000100 | 02", EtherType::transparent_ethernet, "02"},
    {"Geneve with an option", 6081, {}, "01006558 00000100 | 00000000 | 0200", EtherType::transparent_ethernet, "0200"},
    {"GTP-U", 2152, {}, "30ff0002 00000001 | 4561", EtherType::ipv4, "4561"},
    {"GTP-U with an extension", 2152, {}, "34ff000a 00000001 | 000000 85 | 01 0000 00 | 6061", EtherType::ipv6, "6061"},
    {"Teredo", 3544, {}, other_packet, EtherType::ipv6, nullptr},
    {"Teredo with both indications",
     3544,
     {},
     "0001 01 02 aa bbbb 0000000000000000 00 | 0000 0000 00000000" + other_packet,
     EtherType::ipv6,
     nullptr},
    {"Teredo between clients, by its prefix", 50000, {}, teredo_packet, EtherType::ipv6, nullptr},
    {"MPLS over UDP", 6635, {}, "00002140", EtherType::mpls, "00002140"},
};

std::optional<LayerPayload> parse(const Row& row, Bytes octets)
{
    return row.port == 0 ? parse_ip_tunnel(row.protocol, octets) : parse_udp_tunnel(40000, row.port, octets);
}

}  // namespace

TEST_CASE("each tunnel gives what it carries")
{
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto octets = hex(row.octets);
        const auto inner = parse(row, octets);
        REQUIRE(inner.has_value());
        CHECK(inner->type == row.type);
        CHECK(to_hex(inner->payload) ==
              (row.payload != nullptr ? std::string{row.payload} : to_hex(Bytes{octets}.last(40))));
        if (row.port != 0)
            CHECK(parse_udp_tunnel(row.port, 40000, octets).has_value());
    }
}

TEST_CASE("every prefix of a tunnel's packet is none, or carries octets of its own end")
{
    for (const Row& row : rows) {
        const auto octets = hex(row.octets);
        for (std::size_t size = 0; size < octets.size(); ++size) {
            const Bytes part = Bytes{octets}.first(size);
            if (const auto inner = parse(row, part))
                CHECK(inner->payload.size() <= size);
        }
    }
}

TEST_CASE("what only looks like a tunnel is none")
{
    struct None {
        std::string_view what;
        std::uint16_t port;
        IpProtocol protocol;
        std::string octets;
    };
    const None none[] = {
        {"GRE of version 2", 0, IpProtocol::gre, "0002 0800 45"},
        {"GRE of version 1 without PPP", 0, IpProtocol::gre, "2001 0800 00000000 45"},
        {"GRE with source routing", 0, IpProtocol::gre, "4000 0800 00000000 45"},
        {"EtherIP of version 4", 0, IpProtocol::ethernet_in_ip, "4000 02"},
        {"a protocol that is no tunnel", 0, IpProtocol::tcp, "4561"},
        {"VXLAN without its I bit", 4789, {}, "00000000 00000100 02"},
        {"VXLAN with a reserved octet", 4789, {}, "08000000 00000101 02"},
        {"VXLAN-GPE with an unknown protocol", 4790, {}, "0c000009 00000100 02"},
        {"Geneve of version 1", 6081, {}, "41006558 00000100 00000000"},
        {"GTP-U echo", 2152, {}, "30010000 00000000"},
        {"GTP-U with an extension of no length", 2152, {}, "34ff0006 00000001 000000 85 00 00"},
        {"Teredo without an IPv6 packet", 3544, {}, "4500"},
        {"IPv6 of another prefix at no port of a tunnel", 50000, {}, other_packet},
        {"an octet behind Teredo's packet", 50000, {}, teredo_packet + "00"},
        {"nothing", 50000, {}, ""},
    };
    for (const None& row : none) {
        CAPTURE(row.what);
        const auto octets = hex(row.octets);
        const auto inner =
            row.port == 0 ? parse_ip_tunnel(row.protocol, octets) : parse_udp_tunnel(40000, row.port, octets);
        CHECK_FALSE(inner.has_value());
    }
}
