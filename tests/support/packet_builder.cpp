#include "tests/support/packet_builder.h"

#include <stdexcept>

#include "model/address.h"
#include "wire/transport.h"

namespace waybill::test {
namespace {

using Octets = std::vector<std::byte>;

void put(Octets& out, std::uint64_t value, unsigned width)
{
    for (unsigned i = width; i > 0; --i)
        out.push_back(static_cast<std::byte>(value >> (8U * (i - 1)) & 0xffU));
}

void put(Octets& out, Bytes run)
{
    out.insert(out.end(), run.begin(), run.end());
}

IpAddress address(std::string_view text)
{
    const auto parsed = IpAddress::parse(text);
    if (!parsed)
        throw std::invalid_argument("a test's address is none");
    return *parsed;
}

struct IpFields {
    IpAddress source;
    IpAddress destination;
    std::uint8_t protocol = 0;
};

Octets ipv4(const IpFields& ip, const FragmentFields& fragment, Bytes payload)
{
    Octets out;
    put(out, 0x4500, 2);
    put(out, 20 + payload.size(), 2);
    put(out, fragment.identification, 2);
    put(out, (fragment.more ? 0x2000U : 0U) | fragment.offset / 8, 2);
    put(out, 64, 1);
    put(out, ip.protocol, 1);
    put(out, 0, 2);
    put(out, ip.source.octets());
    put(out, ip.destination.octets());
    put(out, payload);
    return out;
}

Octets ipv6(const IpFields& ip, Bytes payload)
{
    Octets out;
    put(out, 0x60000000, 4);
    put(out, payload.size(), 2);
    put(out, ip.protocol, 1);
    put(out, 64, 1);
    put(out, ip.source.octets());
    put(out, ip.destination.octets());
    put(out, payload);
    return out;
}

}  // namespace

std::vector<std::byte> tcp_segment(std::uint16_t source, std::uint16_t destination, const TcpFields& fields,
                                   Bytes payload)
{
    Octets out;
    put(out, source, 2);
    put(out, destination, 2);
    put(out, fields.sequence, 4);
    put(out, fields.acknowledgment, 4);
    put(out, 0x50, 1);
    put(out, fields.flags, 1);
    put(out, 0xffff, 2);
    put(out, 0, 4);
    put(out, payload);
    return out;
}

std::vector<std::byte> udp_datagram(std::uint16_t source, std::uint16_t destination, Bytes payload)
{
    Octets out;
    put(out, source, 2);
    put(out, destination, 2);
    put(out, 8 + payload.size(), 2);
    put(out, 0, 2);
    put(out, payload);
    return out;
}

std::vector<std::byte> ip_packet(std::string_view source, std::string_view destination, std::uint8_t protocol,
                                 Bytes payload)
{
    const IpFields ip{address(source), address(destination), protocol};
    return ip.source.is_v4() ? ipv4(ip, {}, payload) : ipv6(ip, payload);
}

std::vector<std::byte> ip_fragment(std::string_view source, std::string_view destination, std::uint8_t protocol,
                                   const FragmentFields& fields, Bytes payload)
{
    constexpr std::uint8_t fragment_header = 44;  // RFC 8200, 4.5
    IpFields ip{address(source), address(destination), protocol};
    if (ip.source.is_v4())
        return ipv4(ip, fields, payload);
    Octets piece;
    put(piece, protocol, 1);
    put(piece, 0, 1);
    put(piece, fields.offset | (fields.more ? 1U : 0U), 2);
    put(piece, fields.identification, 4);
    put(piece, payload);
    ip.protocol = fragment_header;
    return ipv6(ip, piece);
}

std::vector<std::byte> ethernet(Bytes ip)
{
    Octets out;
    put(out, 0x020000000001, 6);
    put(out, 0x020000000002, 6);
    put(out, std::to_integer<unsigned>(ip.front()) >> 4U == 4 ? 0x0800U : 0x86ddU, 2);
    put(out, ip);
    return out;
}

std::vector<std::byte> tcp_frame(const Peer& from, const Peer& to, const TcpFields& fields, Bytes payload)
{
    return ethernet(ip_packet(from.address, to.address, 6, tcp_segment(from.port, to.port, fields, payload)));
}

std::vector<std::byte> udp_frame(const Peer& from, const Peer& to, Bytes payload)
{
    return ethernet(ip_packet(from.address, to.address, 17, udp_datagram(from.port, to.port, payload)));
}

Packet OwnedPacket::view() const
{
    Packet packet;
    packet.time = time;
    packet.octets = octets;
    packet.wire_length = wire_length;
    packet.link_type = link_type;
    packet.comment = comment;
    return packet;
}

Timestamp at_second(std::int64_t second, std::int64_t nanosecond)
{
    using namespace std::chrono;
    return sys_days{year{2026} / January / 1} + seconds{second} + nanoseconds{nanosecond};
}

OwnedPacket packet_of(std::vector<std::byte> frame, Timestamp time)
{
    OwnedPacket packet;
    packet.wire_length = static_cast<std::uint32_t>(frame.size());
    packet.octets = std::move(frame);
    packet.time = time;
    return packet;
}

TcpTalk::TcpTalk(std::vector<OwnedPacket>& packets, Peer client, Peer server, Timestamp start)
    : packets_{&packets}, client_{client}, server_{server}, time_{start}
{
}

void TcpTalk::put(std::uint8_t flags, Bytes payload, bool from_client)
{
    std::uint32_t& ours = from_client ? client_sequence : server_sequence;
    const std::uint32_t theirs = from_client ? server_sequence : client_sequence;
    const TcpFields fields{ours, (flags & TcpHeader::ack) != 0 ? theirs : 0, flags};
    const Peer& from = from_client ? client_ : server_;
    const Peer& to = from_client ? server_ : client_;
    packets_->push_back(packet_of(tcp_frame(from, to, fields, payload), time_));
    time_ += std::chrono::milliseconds{1};
    const bool takes_one = (flags & (TcpHeader::syn | TcpHeader::fin)) != 0;
    ours += static_cast<std::uint32_t>(payload.size()) + (takes_one ? 1 : 0);
}

TcpTalk& TcpTalk::handshake()
{
    put(TcpHeader::syn, {}, true);
    put(TcpHeader::syn | TcpHeader::ack, {}, false);
    put(TcpHeader::ack, {}, true);
    return *this;
}

TcpTalk& TcpTalk::client(Bytes payload)
{
    put(TcpHeader::ack, payload, true);
    put(TcpHeader::ack, {}, false);
    return *this;
}

TcpTalk& TcpTalk::server(Bytes payload)
{
    put(TcpHeader::ack, payload, false);
    put(TcpHeader::ack, {}, true);
    return *this;
}

TcpTalk& TcpTalk::close()
{
    put(TcpHeader::fin | TcpHeader::ack, {}, true);
    put(TcpHeader::fin | TcpHeader::ack, {}, false);
    put(TcpHeader::ack, {}, true);
    return *this;
}

}  // namespace waybill::test
