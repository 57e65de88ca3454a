#include "wire/tunnel.h"

namespace waybill {
namespace {

using Inner = std::optional<LayerPayload>;

/// An IPv6 packet whose length field is just what is there.
bool is_whole_ipv6(Bytes payload)
{
    Cursor in{payload};
    const unsigned version = in.u8() >> 4U;
    in.skip(3);
    const std::size_t length = in.u16();
    return !in.failed() && version == 6 && payload.size() == length + 40;
}

Inner raw_ip(Bytes payload)
{
    if (payload.empty())
        return std::nullopt;
    const unsigned version = Cursor{payload}.u8() >> 4U;
    if (version == 4)
        return LayerPayload{EtherType::ipv4, payload};
    if (version == 6)
        return LayerPayload{EtherType::ipv6, payload};
    return std::nullopt;
}

/// The mirrored frame of an ERSPAN header: 8 octets of type II, 12 of type III and 8 more with its O flag.
Inner erspan(EtherType type, bool has_sequence, Cursor in)
{
    if (type == EtherType::erspan_ii && !has_sequence)  // type I has no header of its own
        return LayerPayload{EtherType::transparent_ethernet, in.rest()};
    in.skip(type == EtherType::erspan_ii ? 8 : 11);
    if (type == EtherType::erspan_iii && (in.u8() & 1U) != 0)
        in.skip(8);
    if (in.failed())
        return std::nullopt;
    return LayerPayload{EtherType::transparent_ethernet, in.rest()};
}

Inner parse_gre(Bytes payload)
{
    constexpr unsigned has_checksum = 0x8000;
    constexpr unsigned has_routing = 0x4000;
    constexpr unsigned has_key = 0x2000;
    constexpr unsigned has_sequence = 0x1000;
    constexpr unsigned has_acknowledgment = 0x0080;
    constexpr unsigned gre_ppp = 0x880b;
    Cursor in{payload};
    const unsigned flags = in.u16();
    const unsigned type = in.u16();
    const unsigned version = flags & 7U;
    if (version > 1 || (version == 1 && type != gre_ppp))
        return std::nullopt;
    in.skip((flags & (has_checksum | has_routing)) != 0 ? 4 : 0);
    in.skip((flags & has_key) != 0 ? 4 : 0);
    in.skip((flags & has_sequence) != 0 ? 4 : 0);
    in.skip(version == 1 && (flags & has_acknowledgment) != 0 ? 4 : 0);
    if (in.failed() || (version == 0 && (flags & has_routing) != 0))  // source routing: deprecated by RFC 2784
        return std::nullopt;
    if (version == 1) {
        const auto ppp = parse_ppp(in.rest());
        return ppp ? Inner{*ppp} : std::nullopt;
    }
    const auto ether_type = static_cast<EtherType>(type);
    if (ether_type == EtherType::erspan_ii || ether_type == EtherType::erspan_iii)
        return erspan(ether_type, (flags & has_sequence) != 0, in);
    return LayerPayload{ether_type, in.rest()};
}

Inner parse_ether_ip(Bytes payload)
{
    Cursor in{payload};
    const unsigned version = in.u16() >> 12U;
    if (in.failed() || version != 3)  // RFC 3378, 3
        return std::nullopt;
    return LayerPayload{EtherType::transparent_ethernet, in.rest()};
}

/// RFC 7348, 5: flags with the I bit alone, reserved, 24 bits of network identifier, reserved.
Inner parse_vxlan(Bytes payload)
{
    Cursor in{payload};
    const unsigned flags = in.u8();
    in.skip(6);
    const unsigned reserved = in.u8();
    if (in.failed() || (flags & 0x08U) == 0 || reserved != 0)
        return std::nullopt;
    return LayerPayload{EtherType::transparent_ethernet, in.rest()};
}

/// draft-ietf-nvo3-vxlan-gpe: the P bit says that the last octet of the first word is the next protocol.
Inner parse_vxlan_gpe(Bytes payload)
{
    Cursor in{payload};
    const unsigned flags = in.u8();
    in.skip(2);
    const unsigned next_protocol = in.u8();
    in.skip(4);
    if (in.failed() || (flags & 0x08U) == 0)
        return std::nullopt;
    if ((flags & 0x04U) == 0 || next_protocol == 3)
        return LayerPayload{EtherType::transparent_ethernet, in.rest()};
    if (next_protocol == 1)
        return LayerPayload{EtherType::ipv4, in.rest()};
    if (next_protocol == 2)
        return LayerPayload{EtherType::ipv6, in.rest()};
    return std::nullopt;
}

/// RFC 8926, 3.4: version 0, the length of the options in words, an EtherType.
Inner parse_geneve(Bytes payload)
{
    Cursor in{payload};
    const unsigned version_and_length = in.u8();
    in.skip(1);
    const auto type = static_cast<EtherType>(in.u16());
    in.skip(4 + (version_and_length & 0x3fU) * 4U);
    if (in.failed() || version_and_length >> 6U != 0)
        return std::nullopt;
    return LayerPayload{type, in.rest()};
}

/// 3GPP TS 29.281, 5.1: version 1, GTP, message type T-PDU; with E, S or PN set, four more octets and extensions.
Inner parse_gtp(Bytes payload)
{
    constexpr unsigned message_t_pdu = 255;
    Cursor in{payload};
    const unsigned flags = in.u8();
    const unsigned message = in.u8();
    in.skip(6);  // length, tunnel endpoint identifier
    if (in.failed() || (flags & 0xf0U) != 0x30U || message != message_t_pdu)
        return std::nullopt;
    if ((flags & 7U) != 0) {
        in.skip(3);
        unsigned next_extension = in.u8();
        while (next_extension != 0 && !in.at_end()) {  // each takes at least four octets
            const std::size_t octets = std::size_t{in.u8()} * 4;
            if (octets < 4)
                return std::nullopt;
            in.skip(octets - 2);
            next_extension = in.u8();
        }
    }
    if (in.failed())
        return std::nullopt;
    return raw_ip(in.rest());
}

/// RFC 4380, 5.1.1: authentication and origin indications may stand before the IPv6 packet.
Inner parse_teredo(Bytes payload)
{
    constexpr unsigned origin_indication = 0x0000;
    constexpr unsigned authentication = 0x0001;
    Cursor in{payload};
    for (int indication = 0; indication < 2; ++indication) {  // at most one of each
        Cursor peek = in;
        const unsigned kind = peek.u16();
        if (peek.failed())
            return std::nullopt;
        if (kind == authentication) {
            const std::size_t identifier = peek.u8();
            const std::size_t value = peek.u8();
            peek.skip(identifier + value + 9);
            in = peek;
        } else if (kind == origin_indication) {
            peek.skip(6);
            in = peek;
        }
    }
    if (in.failed() || !is_whole_ipv6(in.rest()))
        return std::nullopt;
    return LayerPayload{EtherType::ipv6, in.rest()};
}

/// Teredo between clients uses any port: both addresses, or one, stand in 2001::/32 (RFC 4380, 2.6).
Inner parse_teredo_by_prefix(Bytes payload)
{
    constexpr std::uint32_t teredo_prefix = 0x20010000;
    if (!is_whole_ipv6(payload))
        return std::nullopt;
    Cursor in{payload};
    in.skip(8);
    const std::uint32_t source = in.u32();
    in.skip(12);
    const std::uint32_t destination = in.u32();
    if (source != teredo_prefix && destination != teredo_prefix)
        return std::nullopt;
    return LayerPayload{EtherType::ipv6, payload};
}

Inner parse_by_port(std::uint16_t port, Bytes payload)
{
    switch (port) {
        case 4789:
        case 8472:  // Linux's default from before the assignment
            return parse_vxlan(payload);
        case 4790:
            return parse_vxlan_gpe(payload);
        case 6081:
            return parse_geneve(payload);
        case 2152:
            return parse_gtp(payload);
        case 3544:
            return parse_teredo(payload);
        case 6635:
            return LayerPayload{EtherType::mpls, payload};
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<LayerPayload> parse_ip_tunnel(IpProtocol protocol, Bytes payload)
{
    switch (protocol) {
        case IpProtocol::ipv4:
            return LayerPayload{EtherType::ipv4, payload};
        case IpProtocol::ipv6:
            return LayerPayload{EtherType::ipv6, payload};
        case IpProtocol::gre:
            return parse_gre(payload);
        case IpProtocol::mpls_in_ip:
            return LayerPayload{EtherType::mpls, payload};
        case IpProtocol::ethernet_in_ip:
            return parse_ether_ip(payload);
        default:
            return std::nullopt;
    }
}

std::optional<LayerPayload> parse_udp_tunnel(std::uint16_t source_port, std::uint16_t destination_port, Bytes payload)
{
    if (auto inner = parse_by_port(destination_port, payload))
        return inner;
    if (auto inner = parse_by_port(source_port, payload))
        return inner;
    return parse_teredo_by_prefix(payload);
}

}  // namespace waybill
