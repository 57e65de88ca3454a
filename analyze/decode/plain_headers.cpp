#include "analyze/decode/plain_headers.h"

#include <algorithm>

#include "wire/ip.h"
#include "wire/link_layer.h"
#include "wire/transport.h"
#include "wire/tunnel.h"

namespace waybill {
namespace {

constexpr std::size_t ethernet_octets = 14;  // IEEE 802.3, 3.1.1
constexpr std::size_t ipv4_octets = 20;      // RFC 791, 3.1, without options
constexpr std::size_t ipv6_octets = 40;      // RFC 8200, 3
constexpr unsigned plain_ipv4 = 0x45;        // version 4, five words of header
constexpr unsigned fragment_bits = 0x3fff;   // RFC 791, 3.1: more fragments, fragment offset
constexpr std::size_t min_tcp_octets = 20;   // RFC 9293, 3.1
constexpr std::size_t tcp_offset_and_flags = 12;

/// Sets the IP packet's part of `segment`; `payload` becomes what of the IP payload was captured.
bool read_ipv4(Bytes packet, Segment& segment)
{
    if (packet.size() < ipv4_octets || integer_at<std::uint8_t>(packet, 0) != plain_ipv4)
        return false;
    const std::uint32_t length = integer_at<std::uint16_t>(packet, 2);
    if (length < ipv4_octets || (integer_at<std::uint16_t>(packet, 6) & fragment_bits) != 0)
        return false;
    segment.protocol = integer_at<std::uint8_t>(packet, 9);
    segment.source = IpAddress::from_ipv4(packet.subspan<12, 4>());
    segment.destination = IpAddress::from_ipv4(packet.subspan<16, 4>());
    segment.ip_length = length;
    segment.payload_length = length - static_cast<std::uint32_t>(ipv4_octets);
    segment.payload = packet.subspan(ipv4_octets);
    return true;
}

bool read_ipv6(Bytes packet, Segment& segment)
{
    if (packet.size() < ipv6_octets || integer_at<std::uint8_t>(packet, 0) >> 4U != 6)
        return false;
    const std::uint32_t payload_length = integer_at<std::uint16_t>(packet, 4);
    if (payload_length == 0)
        return false;
    segment.protocol = integer_at<std::uint8_t>(packet, 6);
    segment.source = IpAddress::from_ipv6(packet.subspan<8, 16>());
    segment.destination = IpAddress::from_ipv6(packet.subspan<24, 16>());
    segment.ip_length = payload_length + ipv6_octets;
    segment.payload_length = payload_length;
    segment.payload = packet.subspan(ipv6_octets);
    return true;
}

void take_ports(Bytes transport, Segment& segment)
{
    segment.source_port = Port{integer_at<std::uint16_t>(transport, 0)};
    segment.destination_port = Port{integer_at<std::uint16_t>(transport, 2)};
}

bool read_tcp(Segment& segment)
{
    const Bytes tcp = segment.payload;
    if (tcp.size() < min_tcp_octets)
        return false;
    const unsigned offset_and_flags = integer_at<std::uint16_t>(tcp, tcp_offset_and_flags);
    const std::uint32_t header_octets = (offset_and_flags >> 12U) * 4U;
    if (header_octets < min_tcp_octets || header_octets > tcp.size() || header_octets > segment.payload_length)
        return false;
    take_ports(tcp, segment);
    segment.transport = Transport::tcp;
    segment.tcp_sequence = integer_at<std::uint32_t>(tcp, 4);
    segment.tcp_acknowledgment = integer_at<std::uint32_t>(tcp, 8);
    segment.tcp_flags = static_cast<std::uint8_t>(offset_and_flags & 0xffU);
    segment.payload_length -= header_octets;
    segment.payload = tcp.subspan(header_octets);
    return true;
}

bool read_udp(Segment& segment)
{
    const Bytes udp = segment.payload;
    if (udp.size() < UdpHeader::octets || segment.payload_length < UdpHeader::octets)
        return false;
    const std::uint32_t length = integer_at<std::uint16_t>(udp, 4);
    if (length < UdpHeader::octets)
        return false;
    take_ports(udp, segment);
    segment.transport = Transport::udp;
    segment.payload_length = std::min(segment.payload_length, length) - UdpHeader::octets;
    segment.payload = udp.subspan(UdpHeader::octets, std::min<std::size_t>(udp.size(), length) - UdpHeader::octets);
    return !parse_udp_tunnel(number(segment.source_port), number(segment.destination_port), segment.payload);
}

}  // namespace

bool read_plain_headers(const Packet& packet, Segment& segment)
{
    if (packet.link_type != LinkType::ethernet || packet.octets.size() < ethernet_octets)
        return false;
    const auto type = static_cast<EtherType>(integer_at<std::uint16_t>(packet.octets, ethernet_octets - 2));
    const Bytes network = packet.octets.subspan(ethernet_octets);
    // The rest of the segment stays as it was made: what a plain packet has none of is never set here.
    segment.time = packet.time;
    segment.wire_length = packet.wire_length;
    segment.tcp_flags = 0;
    const bool read = type == EtherType::ipv4   ? read_ipv4(network, segment)
                      : type == EtherType::ipv6 ? read_ipv6(network, segment)
                                                : false;
    if (!read)
        return false;
    if (segment.payload.size() > segment.payload_length)  // padding of a short frame
        segment.payload = segment.payload.first(segment.payload_length);
    switch (static_cast<IpProtocol>(segment.protocol)) {
        case IpProtocol::tcp:
            return read_tcp(segment);
        case IpProtocol::udp:
            return read_udp(segment);
        default:
            return false;
    }
}

}  // namespace waybill
