#include "wire/link_layer.h"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

#include "base/hex.h"
#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

constexpr LinkType every_type[] = {
    LinkType::null,
    LinkType::ethernet,
    LinkType::ppp,
    LinkType::ppp_hdlc,
    LinkType::ppp_ether,
    LinkType::raw_bsd,
    LinkType::raw_openbsd,
    LinkType::raw,
    LinkType::c_hdlc,
    LinkType::ieee802_11,
    LinkType::frelay,
    LinkType::loop,
    LinkType::linux_sll,
    LinkType::ieee802_11_prism,
    LinkType::ieee802_11_radiotap,
    LinkType::ppp_pppd,
    LinkType::ppi,
    LinkType::ppp_with_dir,
    LinkType::ipv4,
    LinkType::ipv6,
    LinkType::nflog,
    LinkType::netlink,
    LinkType::linux_sll2,
};

struct Row {
    std::string_view what;
    LinkType type;
    const char* frame;
    EtherType carried;
    const char* payload;
};

// "45 61" stands for an IPv4 packet, "60 61" for an IPv6 one.
const Row rows[] = {
    {"Ethernet II", LinkType::ethernet, "020000000001 020000000002 | 0800 | 45 61", EtherType::ipv4, "4561"},
    {"Ethernet with a VLAN tag", LinkType::ethernet, "020000000001 020000000002 | 8100 | 0001 86dd", EtherType::vlan,
     "000186dd"},
    {"802.3 with SNAP, padding cut off", LinkType::ethernet,
     "020000000001 020000000002 | 000a | aa aa 03 000000 0800 45 61 | ff ff", EtherType::ipv4, "4561"},
    {"802.3 with spanning tree", LinkType::ethernet, "0180c2000000 020000000002 | 0005 | 42 42 03 00 00",
     EtherType::none, "0000"},
    {"cooked", LinkType::linux_sll, "0004 0001 0006 020000000001 0000 | 0800 | 45 61", EtherType::ipv4, "4561"},
    {"cooked netlink", LinkType::linux_sll, "0004 0338 0000 000000000000 0000 | 0800 | 45 61", EtherType::none, "4561"},
    {"cooked v2", LinkType::linux_sll2, "86dd 0000 00000001 0001 00 06 020000000001 0000 | 60 61", EtherType::ipv6,
     "6061"},
    {"raw IPv4", LinkType::raw, "45 61", EtherType::ipv4, "4561"},
    {"raw IPv6 of an old file", LinkType::raw_bsd, "60 61", EtherType::ipv6, "6061"},
    {"IPv4 by its type", LinkType::ipv4, "45 61", EtherType::ipv4, "4561"},
    {"IPv6 by its type", LinkType::ipv6, "60 61", EtherType::ipv6, "6061"},
    {"null, little-endian", LinkType::null, "02000000 | 45 61", EtherType::ipv4, "4561"},
    {"null, big-endian", LinkType::null, "00000002 | 45 61", EtherType::ipv4, "4561"},
    {"null, IPv6 of FreeBSD", LinkType::null, "1c000000 | 60 61", EtherType::ipv6, "6061"},
    {"null, IPv6 of Darwin", LinkType::null, "1e000000 | 60 61", EtherType::ipv6, "6061"},
    {"loop, IPv6 of OpenBSD", LinkType::loop, "00000018 | 60 61", EtherType::ipv6, "6061"},
    {"null of another family", LinkType::null, "07000000 | 11", EtherType::none, "11"},
    {"PPP", LinkType::ppp, "ff 03 0021 | 45 61", EtherType::ipv4, "4561"},
    {"PPP without address and control", LinkType::ppp, "0057 | 60 61", EtherType::ipv6, "6061"},
    {"PPP with a compressed protocol field", LinkType::ppp_hdlc, "ff 03 21 | 45 61", EtherType::ipv4, "4561"},
    {"PPP link control", LinkType::ppp, "ff 03 c021 | 01", EtherType::none, "01"},
    {"Cisco HDLC where PPP is announced", LinkType::ppp_hdlc, "0f 00 0800 | 45 61", EtherType::ipv4, "4561"},
    {"PPP with a direction in front", LinkType::ppp_with_dir, "01 ff 03 0021 | 45 61", EtherType::ipv4, "4561"},
    {"PPP of pppd, the direction over the address", LinkType::ppp_pppd, "01 03 0021 | 45 61", EtherType::ipv4, "4561"},
    {"PPPoE, padding cut off", LinkType::ppp_ether, "11 00 0001 0004 | 0021 45 61 | 0000", EtherType::ipv4, "4561"},
    {"Cisco HDLC", LinkType::c_hdlc, "0f 00 86dd | 60 61", EtherType::ipv6, "6061"},
    {"frame relay with an NLPID", LinkType::frelay, "1841 03 cc | 45 61", EtherType::ipv4, "4561"},
    {"frame relay, padded, IPv6", LinkType::frelay, "1841 03 00 8e | 60 61", EtherType::ipv6, "6061"},
    {"frame relay with SNAP", LinkType::frelay, "1841 03 00 80 000000 0800 | 45 61", EtherType::ipv4, "4561"},
    {"frame relay with an EtherType", LinkType::frelay, "1841 0800 | 45 61", EtherType::ipv4, "4561"},
    {"frame relay with another NLPID", LinkType::frelay, "1841 03 cf 61", EtherType::none, ""},
    {"NFLOG", LinkType::nflog, "02 00 0000 | 0600 0100 aaaa 0000 | 0600 0900 45 61", EtherType::ipv4, "4561"},
    {"NFLOG without a payload", LinkType::nflog, "0a 00 0000 | 0500 0100 aa", EtherType::none, ""},
    {"netlink", LinkType::netlink, "45", EtherType::none, "45"},
    {"802.11 data", LinkType::ieee802_11,
     "08 00 0000 | 020000000001 020000000002 020000000003 | 0000 | aaaa03 000000 0800 45 61", EtherType::ipv4, "4561"},
    {"802.11 with QoS", LinkType::ieee802_11,
     "88 00 0000 | 020000000001 020000000002 020000000003 | 0000 | 0000 | aaaa03 000000 0800 45 61", EtherType::ipv4,
     "4561"},
    {"802.11 with four addresses", LinkType::ieee802_11,
     "08 03 0000 | 020000000001 020000000002 020000000003 | 0000 020000000004 | aaaa03 000000 86dd 60 61",
     EtherType::ipv6, "6061"},
    {"802.11, encrypted", LinkType::ieee802_11,
     "08 40 0000 | 020000000001 020000000002 020000000003 | 0000 | aaaa03 000000 0800 45 61", EtherType::none, ""},
    {"802.11 beacon", LinkType::ieee802_11, "80 00 0000", EtherType::none, ""},
    {"802.11, a later fragment", LinkType::ieee802_11,
     "08 00 0000 | 020000000001 020000000002 020000000003 | 0100 | 45 61", EtherType::none, "4561"},
    {"802.11 with radiotap and a frame check sequence", LinkType::ieee802_11_radiotap,
     "00 00 0900 02000000 10 | 08 00 0000 020000000001 020000000002 020000000003 0000 | aaaa03 000000 0800 45 61 | "
     "deadbeef",
     EtherType::ipv4, "4561"},
    {"802.11 with radiotap, a timestamp before the flags", LinkType::ieee802_11_radiotap,
     "00 00 1100 03000000 0000000000000000 00 | 08 00 0000 020000000001 020000000002 020000000003 0000 | aaaa03 000000 "
     "0800 45 61",
     EtherType::ipv4, "4561"},
    {"802.11 with PPI", LinkType::ppi,
     "00 00 0800 69000000 | 08 00 0000 020000000001 020000000002 020000000003 0000 | aaaa03 000000 0800 45 61",
     EtherType::ipv4, "4561"},
};

}  // namespace

TEST_CASE("each link layer gives what it carries")
{
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto frame = hex(row.frame);
        const auto found = parse_link_layer(row.type, frame);
        REQUIRE(found.has_value());
        CHECK(found->type == row.carried);
        if (row.carried != EtherType::none || *row.payload != '\0')
            CHECK(to_hex(found->payload) == row.payload);
    }
}

TEST_CASE("every prefix of every frame is an error or a payload inside of it, under every link type")
{
    for (const Row& row : rows) {
        const auto frame = hex(row.frame);
        for (std::size_t size = 0; size <= frame.size(); ++size)
            for (const LinkType type : every_type) {
                const Bytes part = Bytes{frame}.first(size);
                if (const auto found = parse_link_layer(type, part))
                    CHECK(found->payload.size() <= size);
            }
    }
}

TEST_CASE("a frame that cannot be read says why")
{
    using enum ParseError::Kind;
    struct Bad {
        std::string_view what;
        LinkType type;
        const char* frame;
        ParseError::Kind kind;
    };
    const Bad bad[] = {
        {"a link type that is not read", static_cast<LinkType>(147), "00", unsupported},
        {"half an Ethernet header", LinkType::ethernet, "020000000001 0200", truncated},
        {"raw of no IP version", LinkType::raw, "50", bad_value},
        {"raw of nothing", LinkType::raw, "", truncated},
        {"an NFLOG attribute shorter than its header", LinkType::nflog, "02 00 0000 | 0300 0900", bad_value},
        {"a radiotap header shorter than itself", LinkType::ieee802_11_radiotap, "00 00 0700 00000000", bad_value},
        {"a radiotap header longer than the frame", LinkType::ieee802_11_radiotap, "00 00 0900 00000000", truncated},
    };
    for (const Bad& row : bad) {
        CAPTURE(row.what);
        const auto found = parse_link_layer(row.type, hex(row.frame));
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().kind == row.kind);
    }
}

TEST_CASE("tags, labels and PPPoE are taken off one at a time")
{
    using enum EtherType;
    struct Shim {
        std::string_view what;
        EtherType type;
        const char* content;
        EtherType carried;
        const char* payload;
    };
    const Shim shims[] = {
        {"a VLAN tag", vlan, "0001 0800 4561", ipv4, "4561"},
        {"a service tag before another", service_vlan, "0001 8100 0002 0800", vlan, "00020800"},
        {"a tag before a length", vlan, "0001 0009 aaaa03 000000 0800 45", ipv4, "45"},
        {"two labels before IPv4", mpls, "00001000 00002140 4561", ipv4, "4561"},
        {"a label before IPv6", mpls_upstream, "00002140 6061", ipv6, "6061"},
        {"a pseudowire with its control word", mpls, "00002140 00000000 0200", transparent_ethernet, "0200"},
        {"a pseudowire without one", mpls, "00002140 1200", transparent_ethernet, "1200"},
        {"PPPoE", pppoe_session, "11 00 0001 0004 0057 6061", ipv6, "6061"},
    };
    for (const Shim& row : shims) {
        CAPTURE(row.what);
        CHECK(is_shim(row.type));
        const auto content = hex(row.content);
        const auto found = parse_shim({row.type, content});
        REQUIRE(found.has_value());
        CHECK(found->type == row.carried);
        CHECK(to_hex(found->payload) == row.payload);
        for (std::size_t size = 0; size < content.size(); ++size)
            if (const auto part = parse_shim({row.type, Bytes{content}.first(size)}))
                CHECK(part->payload.size() <= size);
    }
    CHECK_FALSE(parse_shim({mpls, hex("00001000 00002000")}).has_value());
    CHECK_FALSE(is_shim(ipv4));
}
