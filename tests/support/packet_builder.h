#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "model/packet.h"

namespace waybill::test {

/// An end of a conversation: an address as text, and a port.
struct Peer {
    std::string_view address;
    std::uint16_t port = 0;
};

/// The fields of a TCP header that tests set; flags as TcpHeader names them.
struct TcpFields {
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    std::uint8_t flags = 0;
};

/// The fields by which fragments of one datagram are told.
struct FragmentFields {
    std::uint32_t identification = 1;
    std::uint32_t offset = 0;  ///< in octets, a multiple of eight
    bool more = false;
};

std::vector<std::byte> tcp_segment(std::uint16_t source, std::uint16_t destination, const TcpFields& fields,
                                   Bytes payload);
std::vector<std::byte> udp_datagram(std::uint16_t source, std::uint16_t destination, Bytes payload);

/// An IPv4 or IPv6 packet, by the source's text; lengths are right, checksums are 0.
std::vector<std::byte> ip_packet(std::string_view source, std::string_view destination, std::uint8_t protocol,
                                 Bytes payload);

/// A packet with one fragment of `payload`'s datagram; IPv6 gets a fragment header.
std::vector<std::byte> ip_fragment(std::string_view source, std::string_view destination, std::uint8_t protocol,
                                   const FragmentFields& fields, Bytes payload);

/// An Ethernet frame around an IP packet, of the type that its version says.
std::vector<std::byte> ethernet(Bytes ip);

std::vector<std::byte> tcp_frame(const Peer& from, const Peer& to, const TcpFields& fields, Bytes payload = {});
std::vector<std::byte> udp_frame(const Peer& from, const Peer& to, Bytes payload);

/// A packet that owns its octets, so that a test can keep a list of them.
struct OwnedPacket {
    std::vector<std::byte> octets;
    Timestamp time;
    std::uint32_t wire_length = 0;
    std::string comment;
    LinkType link_type = LinkType::ethernet;

    /// A view that lives as long as this object.
    Packet view() const;
};

/// The time of a test: seconds and nanoseconds after 2026-01-01T00:00:00Z.
Timestamp at_second(std::int64_t second, std::int64_t nanosecond = 0);

OwnedPacket packet_of(std::vector<std::byte> frame, Timestamp time);

/// Writes one TCP connection: sequence and acknowledgment numbers go on by themselves, a packet a millisecond.
class TcpTalk {
public:
    TcpTalk(std::vector<OwnedPacket>& packets, Peer client, Peer server, Timestamp start);

    TcpTalk& handshake();
    TcpTalk& client(Bytes payload);
    TcpTalk& server(Bytes payload);
    TcpTalk& client(std::string_view text) { return client(as_octets(text)); }
    TcpTalk& server(std::string_view text) { return server(as_octets(text)); }
    TcpTalk& close();  ///< FIN both ways

    std::uint32_t client_sequence = 0xfffffff0;  ///< wraps around early on
    std::uint32_t server_sequence = 0x10000000;

private:
    void put(std::uint8_t flags, Bytes payload, bool from_client);

    std::vector<OwnedPacket>* packets_;
    Peer client_;
    Peer server_;
    Timestamp time_;
};

}  // namespace waybill::test
