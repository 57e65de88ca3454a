#include "wire/ip.h"

#include <algorithm>

namespace waybill {
namespace {

constexpr std::size_t ipv4_header_octets = 20;  // RFC 791, 3.1, without options
constexpr std::size_t ipv6_header_octets = 40;  // RFC 8200, 3
constexpr int max_extension_headers = 16;       // RFC 8200, 4.1 recommends an order of seven; twice that and two

/// Sets the payload: `announced` octets, of which `available` holds what was captured (padding behind is cut off).
void set_payload(IpPacket& packet, Bytes available, std::uint32_t announced)
{
    packet.payload_length = announced;
    packet.payload = available.first(std::min<std::size_t>(available.size(), announced));
}

/// Octets of an extension header by its length field, which counts differently for each (RFC 8200, 4; RFC 4302, 2.2).
std::size_t extension_octets(IpProtocol type, std::uint8_t length_field)
{
    if (type == IpProtocol::authentication)
        return (std::size_t{length_field} + 2) * 4;
    return (std::size_t{length_field} + 1) * 8;
}

bool is_extension_header(IpProtocol protocol)
{
    switch (protocol) {
        using enum IpProtocol;
        case hop_by_hop:
        case routing:
        case authentication:
        case destination_options:
        case mobility:
        case host_identity:
        case shim6:
            return true;
        default:
            return false;
    }
}

void read_fragment_header(IpPacket& packet, Cursor& in)
{
    packet.protocol = static_cast<IpProtocol>(in.u8());
    in.skip(1);
    const std::uint16_t offset_and_flags = in.u16();
    packet.fragment_offset = offset_and_flags & 0xfff8U;
    packet.more_fragments = (offset_and_flags & 1U) != 0;
    packet.identification = in.u32();
}

}  // namespace

std::expected<IpPacket, ParseError> parse_ipv4(Bytes packet, std::uint32_t wire_octets)
{
    using enum ParseError::Kind;
    Cursor in{packet};
    const unsigned version_and_length = in.u8();
    const std::size_t header_octets = std::size_t{version_and_length & 0xfU} * 4;
    in.skip(1);
    const std::uint32_t total_length = in.u16();
    IpPacket ip;
    ip.identification = in.u16();
    const std::uint32_t flags_and_offset = in.u16();
    in.skip(1);
    ip.protocol = static_cast<IpProtocol>(in.u8());
    in.skip(2);
    ip.source = IpAddress::from_octets(in.bytes(4));
    ip.destination = IpAddress::from_octets(in.bytes(4));
    if (in.failed())
        return std::unexpected(in.error(truncated));
    ip.length = total_length == 0 ? wire_octets : total_length;
    if (version_and_length >> 4U != 4 || header_octets < ipv4_header_octets || ip.length < header_octets)
        return std::unexpected(ParseError{bad_value, 0});
    in.skip(header_octets - ipv4_header_octets);
    if (in.failed())
        return std::unexpected(in.error(truncated));
    ip.fragment_offset = (flags_and_offset & 0x1fffU) * 8U;
    ip.more_fragments = (flags_and_offset & 0x2000U) != 0;
    set_payload(ip, in.rest(), ip.length - static_cast<std::uint32_t>(header_octets));
    return ip;
}

std::expected<void, ParseError> skip_extension_headers(IpPacket& packet)
{
    using enum ParseError::Kind;
    Cursor in{packet.payload};
    for (int header = 0; is_extension_header(packet.protocol) || packet.protocol == IpProtocol::fragment; ++header) {
        if (header == max_extension_headers)
            return std::unexpected(in.error(too_long));
        const std::size_t start = in.offset();
        if (packet.protocol == IpProtocol::fragment) {
            read_fragment_header(packet, in);
        } else {
            const IpProtocol type = packet.protocol;
            packet.protocol = static_cast<IpProtocol>(in.u8());
            in.skip(extension_octets(type, in.u8()) - 2);
        }
        const std::size_t octets = in.offset() - start;
        if (in.failed())
            return std::unexpected(in.error(truncated));
        if (octets > packet.payload_length)
            return std::unexpected(in.error(bad_value));
        set_payload(packet, in.rest(), packet.payload_length - static_cast<std::uint32_t>(octets));
        if (packet.is_fragment())
            break;  // what follows the fragment header of a real fragment is a piece, not a header
    }
    return {};
}

std::expected<IpPacket, ParseError> parse_ipv6(Bytes packet, std::uint32_t wire_octets)
{
    using enum ParseError::Kind;
    Cursor in{packet};
    const std::uint32_t version_class_label = in.u32();
    const std::uint32_t payload_length = in.u16();
    IpPacket ip;
    ip.protocol = static_cast<IpProtocol>(in.u8());
    in.skip(1);
    ip.source = IpAddress::from_octets(in.bytes(16));
    ip.destination = IpAddress::from_octets(in.bytes(16));
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (version_class_label >> 28U != 6 || (payload_length == 0 && wire_octets < ipv6_header_octets))
        return std::unexpected(ParseError{bad_value, 0});
    ip.length = payload_length == 0 && ip.protocol != IpProtocol::no_next_header
                    ? wire_octets
                    : payload_length + static_cast<std::uint32_t>(ipv6_header_octets);
    set_payload(ip, in.rest(), ip.length - static_cast<std::uint32_t>(ipv6_header_octets));
    if (const auto skipped = skip_extension_headers(ip); !skipped)
        return std::unexpected(skipped.error());
    return ip;
}

}  // namespace waybill
