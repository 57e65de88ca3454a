#include "wire/link_layer.h"

#include <array>
#include <bit>

#include "wire/ieee802_11.h"

namespace waybill {
namespace {

using Result = std::expected<LayerPayload, ParseError>;

constexpr std::uint16_t min_ethertype = 0x0600;  // IEEE 802.3, 3.2.6: below, the field is a length

LayerPayload carried(std::uint16_t type, Bytes payload)
{
    return {static_cast<EtherType>(type), payload};
}

Result checked(const Cursor& in, std::uint16_t type)
{
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    return carried(type, in.rest());
}

/// IP by the version in its first four bits (RFC 791, 3.1; RFC 8200, 3).
Result parse_raw_ip(Bytes frame)
{
    const Cursor in{frame};
    const unsigned version = Cursor{in}.u8() >> 4U;
    if (frame.empty())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    if (version == 4)
        return LayerPayload{EtherType::ipv4, frame};
    if (version == 6)
        return LayerPayload{EtherType::ipv6, frame};
    return std::unexpected(in.error(ParseError::Kind::bad_value));
}

/// The address family numbers of the systems that write null and loop captures.
EtherType family_type(std::uint32_t family)
{
    switch (family) {
        case 2:
            return EtherType::ipv4;  // AF_INET everywhere
        case 10:                     // Linux
        case 23:                     // Windows
        case 24:                     // NetBSD, OpenBSD
        case 28:                     // FreeBSD
        case 30:                     // Darwin
            return EtherType::ipv6;
        default:
            return EtherType::none;
    }
}

/// LINKTYPE_NULL writes the family in the capturing host's byte order, LINKTYPE_LOOP in network order: both are tried.
Result parse_null(Bytes frame)
{
    Cursor in{frame};
    const std::uint32_t family = in.u32();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    const std::uint32_t swapped = std::byteswap(family);
    const EtherType type = family_type(family < swapped ? family : swapped);
    if (type == EtherType::none)
        if (const auto packet = parse_raw_ip(in.rest()))  // IRIX writes 16 bits of family and 16 of chance
            return packet;
    return LayerPayload{type, in.rest()};
}

/// Linux cooked v1: packet type, ARPHRD type, address length, address, protocol.
Result parse_sll(Bytes frame)
{
    constexpr std::uint16_t arphrd_netlink = 824;
    Cursor in{frame};
    in.skip(2);
    const std::uint16_t hardware = in.u16();
    in.skip(10);
    const std::uint16_t protocol = in.u16();
    return checked(in, hardware == arphrd_netlink ? 0 : protocol);
}

/// Linux cooked v2: protocol first, a header of 20 octets.
Result parse_sll2(Bytes frame)
{
    Cursor in{frame};
    const std::uint16_t protocol = in.u16();
    in.skip(18);
    return checked(in, protocol);
}

/// Cisco HDLC: address, control, EtherType.
Result parse_c_hdlc(Bytes frame)
{
    Cursor in{frame};
    in.skip(2);
    const std::uint16_t protocol = in.u16();
    return checked(in, protocol);
}

/// PPP in HDLC framing (RFC 1662, 3.1), or Cisco HDLC where the address is not PPP's.
Result parse_ppp_hdlc(Bytes frame)
{
    if (!frame.empty() && (frame[0] == std::byte{0x0f} || frame[0] == std::byte{0x8f}))
        return parse_c_hdlc(frame);
    return parse_ppp(frame);
}

/// Frame relay: a Q.922 address of 2 to 4 octets, control, NLPID (RFC 2427, 3).
Result parse_frame_relay(Bytes frame)
{
    constexpr unsigned nlpid_ipv4 = 0xcc;
    constexpr unsigned nlpid_ipv6 = 0x8e;
    constexpr unsigned nlpid_snap = 0x80;
    constexpr unsigned unnumbered_information = 0x03;
    Cursor in{frame};
    for (int octet = 0; octet < 4; ++octet) {  // Q.922, 3.3.2: at most four address octets
        if ((in.u8() & 1U) != 0)
            break;
    }
    Cursor ethertype = in;
    if (in.u8() != unnumbered_information)  // RFC 1490's predecessors put an EtherType here
        return checked(ethertype, ethertype.u16());
    unsigned nlpid = in.u8();
    if (nlpid == 0)  // a padding octet
        nlpid = in.u8();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    if (nlpid == nlpid_ipv4)
        return LayerPayload{EtherType::ipv4, in.rest()};
    if (nlpid == nlpid_ipv6)
        return LayerPayload{EtherType::ipv6, in.rest()};
    if (nlpid != nlpid_snap)
        return LayerPayload{};
    in.skip(3);  // the organization code
    const std::uint16_t protocol = in.u16();
    return checked(in, protocol);
}

/// NFLOG: a 4-octet header, then attributes in the capturing host's byte order (taken as little-endian).
Result parse_nflog(Bytes frame)
{
    constexpr std::uint16_t nfula_payload = 9;
    Cursor in{frame};
    const std::uint8_t family = in.u8();
    in.skip(3);
    while (!in.at_end()) {  // each attribute takes at least its own header
        const std::uint16_t length = std::byteswap(in.u16());
        const std::uint16_t type = std::byteswap(in.u16());
        if (in.failed() || length < 4)
            return std::unexpected(in.error(ParseError::Kind::bad_value));
        const Bytes value = in.bytes(length - 4U);
        if (in.failed())
            return std::unexpected(in.error(ParseError::Kind::truncated));
        if (type == nfula_payload)
            return LayerPayload{family_type(family), value};
        if (const std::size_t padding = (4U - length % 4U) % 4U; padding <= in.remaining())
            in.skip(padding);
    }
    return LayerPayload{};
}

Result parse_vlan(Bytes payload)
{
    Cursor in{payload};
    in.skip(2);  // priority, drop eligible, VLAN identifier (IEEE 802.1Q, 9.6)
    const std::uint16_t type = in.u16();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    if (type >= min_ethertype)
        return carried(type, in.rest());
    return parse_llc(in.rest());
}

/// A label stack ends at the bottom-of-stack bit; what follows is told by its first four bits (RFC 3032, 2.1; RFC
/// 4385).
Result parse_mpls(Bytes payload)
{
    Cursor in{payload};
    bool bottom = false;
    while (!bottom && !in.at_end())  // takes four octets a turn
        bottom = (in.u32() >> 8U & 1U) != 0;
    if (in.failed() || !bottom || in.at_end())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    const unsigned nibble = Cursor{in}.u8() >> 4U;
    if (nibble == 4 || nibble == 6)
        return parse_raw_ip(in.rest());
    if (nibble == 0)
        in.skip(4);  // the pseudowire control word (RFC 4385, 3)
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    return LayerPayload{EtherType::transparent_ethernet, in.rest()};
}

/// A PPPoE session frame (RFC 2516, 4): version and type, code, session, length, then PPP.
Result parse_pppoe(Bytes payload)
{
    Cursor in{payload};
    in.skip(4);
    const std::size_t length = in.u16();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    const Bytes rest = in.rest();
    return parse_ppp(rest.first(length < rest.size() ? length : rest.size()));
}

Result skip_then(Bytes frame, std::size_t octets, Result (*parse)(Bytes))
{
    Cursor in{frame};
    in.skip(octets);
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    return parse(in.rest());
}

Result unchanged(EtherType type, Bytes frame)
{
    return LayerPayload{type, frame};
}

}  // namespace

Result parse_ethernet(Bytes frame)
{
    Cursor in{frame};
    in.skip(12);
    const std::uint16_t type = in.u16();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    if (type >= min_ethertype)
        return carried(type, in.rest());
    const Bytes rest = in.rest();
    return parse_llc(rest.first(type < rest.size() ? type : rest.size()));
}

Result parse_ppp(Bytes frame)
{
    Cursor in{frame};
    Cursor framing = in;
    if (framing.u16() == 0xff03)  // address and control field, unless compressed away (RFC 1661, 6.6)
        in = framing;
    unsigned protocol = in.u8();
    if ((protocol & 1U) == 0)  // a compressed protocol field is one odd octet (RFC 1661, 6.5)
        protocol = protocol << 8U | in.u8();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    switch (protocol) {
        case 0x0021:
            return LayerPayload{EtherType::ipv4, in.rest()};
        case 0x0057:
            return LayerPayload{EtherType::ipv6, in.rest()};
        case 0x0281:
            return LayerPayload{EtherType::mpls, in.rest()};
        default:
            return LayerPayload{EtherType::none, in.rest()};
    }
}

Result parse_link_layer(LinkType type, Bytes frame)
{
    switch (type) {
        case LinkType::ethernet:
            return parse_ethernet(frame);
        case LinkType::linux_sll:
            return parse_sll(frame);
        case LinkType::linux_sll2:
            return parse_sll2(frame);
        case LinkType::raw:
        case LinkType::raw_bsd:
        case LinkType::raw_openbsd:
            return parse_raw_ip(frame);
        case LinkType::ipv4:
            return unchanged(EtherType::ipv4, frame);
        case LinkType::ipv6:
            return unchanged(EtherType::ipv6, frame);
        case LinkType::null:
        case LinkType::loop:
            return parse_null(frame);
        case LinkType::ppp:
        case LinkType::ppp_hdlc:
            return parse_ppp_hdlc(frame);
        case LinkType::ppp_with_dir:
            return skip_then(frame, 1, parse_ppp);
        case LinkType::ppp_pppd:
            return skip_then(frame, 2, parse_ppp);  // the direction, written over the address, and control
        case LinkType::ppp_ether:
            return parse_pppoe(frame);
        case LinkType::c_hdlc:
            return parse_c_hdlc(frame);
        case LinkType::frelay:
            return parse_frame_relay(frame);
        case LinkType::ieee802_11:
        case LinkType::ieee802_11_radiotap:
        case LinkType::ieee802_11_prism:
        case LinkType::ppi:
            return parse_ieee802_11(type, frame);
        case LinkType::nflog:
            return parse_nflog(frame);
        case LinkType::netlink:
            return unchanged(EtherType::none, frame);
    }
    return std::unexpected(ParseError{ParseError::Kind::unsupported, 0});
}

bool is_shim(EtherType type)
{
    switch (type) {
        case EtherType::vlan:
        case EtherType::service_vlan:
        case EtherType::stacked_vlan:
        case EtherType::mpls:
        case EtherType::mpls_upstream:
        case EtherType::pppoe_session:
        case EtherType::transparent_ethernet:
            return true;
        default:
            return false;
    }
}

Result parse_shim(LayerPayload layer)
{
    switch (layer.type) {
        case EtherType::vlan:
        case EtherType::service_vlan:
        case EtherType::stacked_vlan:
            return parse_vlan(layer.payload);
        case EtherType::mpls:
        case EtherType::mpls_upstream:
            return parse_mpls(layer.payload);
        case EtherType::pppoe_session:
            return parse_pppoe(layer.payload);
        case EtherType::transparent_ethernet:
            return parse_ethernet(layer.payload);
        default:
            return layer;
    }
}

}  // namespace waybill
