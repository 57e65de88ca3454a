#include "analyze/decode/plain_headers.h"

#include <algorithm>
#include <span>

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

template <std::size_t octets>
using Header = std::span<const std::byte, octets>;  // of a fixed form: its length was checked once

template <typename Integer, std::size_t offset, std::size_t octets>
Integer field(Header<octets> header)
{
    static_assert(offset + sizeof(Integer) <= octets);
    return integer_at<Integer>(header, offset);
}

/// What an IP header says beside the addresses, which are written to the segment at once: a copy of them would wait for
/// the writing. The rest is apart until all is known: octets may alias anything, so that what is written between two of
/// them is read again.
struct Network {
    Bytes payload;
    std::uint32_t length = 0;  // of the packet
    std::uint32_t payload_length = 0;
    std::uint8_t protocol = 0;
};

bool read_ipv4(Bytes packet, Network& network, Segment& segment)
{
    if (packet.size() < ipv4_octets)
        return false;
    const Header<ipv4_octets> header = packet.first<ipv4_octets>();
    const std::uint32_t length = field<std::uint16_t, 2>(header);
    if (field<std::uint8_t, 0>(header) != plain_ipv4 || length < ipv4_octets ||
        (field<std::uint16_t, 6>(header) & fragment_bits) != 0)
        return false;
    network.payload = packet.subspan(ipv4_octets);
    network.length = length;
    network.payload_length = length - static_cast<std::uint32_t>(ipv4_octets);
    network.protocol = field<std::uint8_t, 9>(header);
    segment.source = IpAddress::from_ipv4(header.subspan<12, 4>());
    segment.destination = IpAddress::from_ipv4(header.subspan<16, 4>());
    return true;
}

bool read_ipv6(Bytes packet, Network& network, Segment& segment)
{
    if (packet.size() < ipv6_octets)
        return false;
    const Header<ipv6_octets> header = packet.first<ipv6_octets>();
    const std::uint32_t payload_length = field<std::uint16_t, 4>(header);
    if (field<std::uint8_t, 0>(header) >> 4U != 6 || payload_length == 0)
        return false;
    network.payload = packet.subspan(ipv6_octets);
    network.length = payload_length + static_cast<std::uint32_t>(ipv6_octets);
    network.payload_length = payload_length;
    network.protocol = field<std::uint8_t, 6>(header);
    segment.source = IpAddress::from_ipv6(header.subspan<8, 16>());
    segment.destination = IpAddress::from_ipv6(header.subspan<24, 16>());
    return true;
}

bool read_tcp(const Network& network, Segment& segment)
{
    const Bytes tcp = network.payload;
    if (tcp.size() < min_tcp_octets)
        return false;
    const Header<min_tcp_octets> header = tcp.first<min_tcp_octets>();
    const unsigned offset_and_flags = field<std::uint16_t, 12>(header);
    const std::uint32_t header_octets = (offset_and_flags >> 12U) * 4U;
    if (header_octets < min_tcp_octets || header_octets > tcp.size())  // which is no more than the packet says
        return false;
    const auto source_port = Port{field<std::uint16_t, 0>(header)};
    const auto destination_port = Port{field<std::uint16_t, 2>(header)};
    const auto sequence = field<std::uint32_t, 4>(header);
    const auto acknowledgment = field<std::uint32_t, 8>(header);
    segment.transport = Transport::tcp;
    segment.source_port = source_port;
    segment.destination_port = destination_port;
    segment.tcp_sequence = sequence;
    segment.tcp_acknowledgment = acknowledgment;
    segment.tcp_flags = static_cast<std::uint8_t>(offset_and_flags & 0xffU);
    segment.payload_length = network.payload_length - header_octets;
    segment.payload = tcp.subspan(header_octets);
    return true;
}

bool read_udp(const Network& network, Segment& segment)
{
    const Bytes udp = network.payload;
    if (udp.size() < UdpHeader::octets)
        return false;
    const Header<UdpHeader::octets> header = udp.first<UdpHeader::octets>();
    const std::uint32_t length = field<std::uint16_t, 4>(header);
    const auto source_port = field<std::uint16_t, 0>(header);
    const auto destination_port = field<std::uint16_t, 2>(header);
    if (length < UdpHeader::octets)
        return false;
    const Bytes payload = udp.subspan(UdpHeader::octets, std::min<std::size_t>(udp.size(), length) - UdpHeader::octets);
    segment.transport = Transport::udp;
    segment.source_port = Port{source_port};
    segment.destination_port = Port{destination_port};
    segment.tcp_flags = 0;
    segment.payload_length = std::min(network.payload_length, length) - UdpHeader::octets;
    segment.payload = payload;
    return !parse_udp_tunnel(source_port, destination_port, payload);
}

}  // namespace

bool read_plain_headers(const Packet& packet, Segment& segment)
{
    if (packet.link_type != LinkType::ethernet || packet.octets.size() < ethernet_octets)
        return false;
    const Header<ethernet_octets> header = packet.octets.first<ethernet_octets>();
    const auto type = static_cast<EtherType>(field<std::uint16_t, ethernet_octets - 2>(header));
    const Bytes rest = packet.octets.subspan(ethernet_octets);
    Network network;
    const bool read = type == EtherType::ipv4   ? read_ipv4(rest, network, segment)
                      : type == EtherType::ipv6 ? read_ipv6(rest, network, segment)
                                                : false;
    if (!read)
        return false;
    if (network.payload.size() > network.payload_length)  // padding of a short frame
        network.payload = network.payload.first(network.payload_length);
    const auto protocol = static_cast<IpProtocol>(network.protocol);
    if (protocol != IpProtocol::tcp && protocol != IpProtocol::udp)
        return false;
    // The rest of the segment stays as it was made: what a plain packet has none of is never set here.
    segment.time = packet.time;
    segment.wire_length = packet.wire_length;
    segment.protocol = network.protocol;
    segment.ip_length = network.length;
    return protocol == IpProtocol::tcp ? read_tcp(network, segment) : read_udp(network, segment);
}

}  // namespace waybill
