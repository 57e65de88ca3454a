#include "analyze/decode/decoder.h"

#include <algorithm>

#include "analyze/decode/plain_headers.h"
#include "wire/ip.h"
#include "wire/transport.h"
#include "wire/tunnel.h"

namespace waybill {
namespace {

constexpr std::size_t icmp_header_octets = 8;  // RFC 792; RFC 4443, 2.1 and its messages' second words

Transport transport_of(IpProtocol protocol)
{
    switch (protocol) {
        case IpProtocol::tcp:
            return Transport::tcp;
        case IpProtocol::udp:
            return Transport::udp;
        case IpProtocol::icmp:
        case IpProtocol::icmpv6:
            return Transport::icmp;
        case IpProtocol::sctp:
            return Transport::sctp;
        default:
            return Transport::other;
    }
}

Segment segment_of(const IpPacket& ip, std::uint64_t wire_length, std::uint8_t depth, Timestamp time)
{
    Segment segment;
    segment.time = time;
    segment.source = ip.source;
    segment.destination = ip.destination;
    segment.transport = transport_of(ip.protocol);
    segment.protocol = static_cast<std::uint8_t>(ip.protocol);
    segment.tunnel_depth = depth;
    segment.wire_length = wire_length;
    segment.ip_length = ip.length;
    segment.payload_length = ip.payload_length;
    segment.payload = ip.payload;
    return segment;
}

Segment segment_of(const FragmentTable::Datagram& datagram, Timestamp time)
{
    Segment segment = segment_of(datagram.packet, datagram.wire_octets, datagram.depth, time);
    segment.ip_length = datagram.ip_octets;
    segment.packets = datagram.fragments;
    segment.from_fragments = true;
    return segment;
}

}  // namespace

std::span<const Segment> Decoder::decode(const Packet& packet)
{
    piece_.reset();
    if (read_plain_headers(packet, plain_))
        return {&plain_, 1};
    return walk(packet);
}

std::span<const Segment> Decoder::walk(const Packet& packet)
{
    segments_.clear();
    const auto link = parse_link_layer(packet.link_type, packet.octets);
    if (!link) {
        const bool unsupported = link.error().kind == ParseError::Kind::unsupported;
        gaps_->add(unsupported ? GapKind::link_unsupported : GapKind::link_malformed);
        return segments_;
    }
    walk_layers({*link, packet.octets.size(), packet.wire_length, packet.wire_length, 0}, packet.time);
    if (fragments_.has_abandoned()) {
        const auto own = static_cast<std::ptrdiff_t>(segments_.size());
        add_abandoned();
        std::ranges::rotate(segments_, segments_.begin() + own);  // the packet's own come last
    }
    return segments_;
}

std::span<const Segment> Decoder::finish()
{
    segments_.clear();
    piece_.reset();
    fragments_.abandon_all();
    add_abandoned();
    return segments_;
}

void Decoder::walk_layers(Layer layer, Timestamp time)
{
    for (int headers = 0; headers < max_headers; ++headers) {
        if (is_shim(layer.content.type)) {
            const auto next = parse_shim(layer.content);
            if (!next) {
                gaps_->add(GapKind::link_malformed);
                return;
            }
            layer.content = *next;
            continue;
        }
        if (layer.content.type != EtherType::ipv4 && layer.content.type != EtherType::ipv6)
            return;
        const auto inner = read_ip(layer, time);
        if (!inner)
            return;
        layer = *inner;
    }
    gaps_->add(GapKind::headers_bound);
}

std::optional<Decoder::Layer> Decoder::read_ip(const Layer& layer, Timestamp time)
{
    const std::size_t consumed = layer.frame_octets - layer.content.payload.size();
    const auto wire_octets =
        static_cast<std::uint32_t>(layer.announced - std::min<std::uint64_t>(consumed, layer.announced));
    const auto ip = layer.content.type == EtherType::ipv4 ? parse_ipv4(layer.content.payload, wire_octets)
                                                          : parse_ipv6(layer.content.payload, wire_octets);
    if (!ip) {
        gaps_->add(GapKind::network_malformed);
        return std::nullopt;
    }
    if (!ip->is_fragment())
        return read_transport(*ip, segment_of(*ip, layer.wire_length, layer.depth, time));
    datagram_ = fragments_.add(*ip, layer.wire_length, layer.depth, time);
    note_piece(*ip, datagram_ ? datagram_->packet.payload : fragments_.front_of(*ip, layer.depth));
    if (!datagram_)
        return std::nullopt;
    if (datagram_->packet.source.is_v6() && !skip_extension_headers(datagram_->packet)) {
        gaps_->add(GapKind::network_malformed);
        return std::nullopt;
    }
    return read_transport(datagram_->packet, segment_of(*datagram_, time));
}

std::optional<Decoder::Layer> Decoder::read_transport(const IpPacket& ip, Segment segment)
{
    switch (segment.transport) {
        case Transport::tcp:
            read_tcp(ip, segment);
            return std::nullopt;
        case Transport::udp:
            return read_udp(ip, segment);
        case Transport::sctp:
            if (const auto sctp = parse_sctp(ip.payload); sctp && ip.payload_length >= SctpHeader::octets) {
                segment.source_port = Port{sctp->source_port};
                segment.destination_port = Port{sctp->destination_port};
                segment.payload_length = ip.payload_length - SctpHeader::octets;
                segment.payload = ip.payload.subspan(std::min<std::size_t>(SctpHeader::octets, ip.payload.size()));
                segments_.push_back(segment);
            } else {
                add_unreadable(ip, segment);
            }
            return std::nullopt;
        case Transport::icmp:
        case Transport::other:
            break;
    }
    if (segment.transport == Transport::icmp)  // its header says what kind of message it is
        segment.payload = ip.payload.subspan(std::min(icmp_header_octets, ip.payload.size()));
    segments_.push_back(segment);
    return inner_layer(parse_ip_tunnel(ip.protocol, ip.payload), segment, ip.payload, ip.payload_length);
}

void Decoder::read_tcp(const IpPacket& ip, Segment segment)
{
    const auto tcp = parse_tcp(ip.payload);
    if (!tcp || tcp->header_octets > ip.payload_length) {
        add_unreadable(ip, segment);
        return;
    }
    segment.source_port = Port{tcp->source_port};
    segment.destination_port = Port{tcp->destination_port};
    segment.tcp_sequence = tcp->sequence;
    segment.tcp_acknowledgment = tcp->acknowledgment;
    segment.tcp_flags = tcp->flags;
    segment.payload_length = ip.payload_length - tcp->header_octets;
    segment.payload = tcp->payload;
    segments_.push_back(segment);
}

std::optional<Decoder::Layer> Decoder::read_udp(const IpPacket& ip, Segment segment)
{
    const auto udp = parse_udp(ip.payload);
    if (!udp || ip.payload_length < UdpHeader::octets) {
        add_unreadable(ip, segment);
        return std::nullopt;
    }
    const std::uint32_t room = ip.payload_length - UdpHeader::octets;
    segment.source_port = Port{udp->source_port};
    segment.destination_port = Port{udp->destination_port};
    segment.payload_length = udp->length == 0 ? room : std::min(room, udp->length - UdpHeader::octets);
    segment.payload = udp->payload;
    segments_.push_back(segment);
    const auto inner = parse_udp_tunnel(udp->source_port, udp->destination_port, segment.payload);
    return inner_layer(inner, segment, segment.payload, segment.payload_length);
}

std::optional<Decoder::Layer> Decoder::inner_layer(const std::optional<LayerPayload>& inner, const Segment& outer,
                                                   Bytes outer_payload, std::uint32_t outer_length)
{
    if (!inner)
        return std::nullopt;
    if (outer.tunnel_depth + 1 >= max_tunnel_depth) {
        gaps_->add(GapKind::headers_bound);
        return std::nullopt;
    }
    const auto header = static_cast<std::uint32_t>(outer_payload.size() - inner->payload.size());
    return Layer{*inner, inner->payload.size(), outer.wire_length, outer_length - std::min(header, outer_length),
                 static_cast<std::uint8_t>(outer.tunnel_depth + 1)};
}

void Decoder::add_unreadable(const IpPacket& ip, Segment segment)
{
    const bool cut = ip.payload.size() < ip.payload_length;
    gaps_->add(cut ? GapKind::snap_length : GapKind::transport_malformed);
    Cursor ports{ip.payload};  // TCP, UDP and SCTP begin with them, which tells the flow all the same
    segment.source_port = Port{ports.u16()};
    segment.destination_port = Port{ports.u16()};
    if (ports.failed())
        segment.transport = Transport::other;  // its packets and octets count, its ports are not known
    segment.payload = {};
    segment.payload_length = 0;
    segments_.push_back(segment);
}

void Decoder::add_abandoned()
{
    abandoned_ = fragments_.take_abandoned();
    for (const auto& datagram : abandoned_) {
        Segment segment = segment_of(datagram, datagram.first);
        if (!datagram.packet.payload.empty()) {
            read_transport(datagram.packet, segment);
            continue;
        }
        segment.transport =
            Transport::other;  // the first fragment is missing: its octets count, its ports are not known
        segment.payload_length = 0;
        segments_.push_back(segment);
    }
}

void Decoder::note_piece(const IpPacket& fragment, Bytes front)
{
    Piece piece{fragment.payload, transport_of(fragment.protocol), {}, {}};
    std::size_t header = 0;
    if (piece.transport == Transport::udp)
        header = UdpHeader::octets;
    else if (const auto tcp = parse_tcp(fragment.payload); tcp && piece.transport == Transport::tcp)
        header = tcp->header_octets;
    if (fragment.fragment_offset == 0)
        piece.payload = fragment.payload.subspan(std::min(header, fragment.payload.size()));
    Cursor ports{front};
    piece.source_port = Port{ports.u16()};
    piece.destination_port = Port{ports.u16()};
    piece_ = piece;
}

}  // namespace waybill
