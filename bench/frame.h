#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace waybill::bench {

enum class Direction : std::uint8_t { out, in };  ///< from the client, to the client
enum class Transport : std::uint8_t { tcp, udp };
enum class Family : std::uint8_t { ipv4, ipv6 };

constexpr Direction opposite(Direction direction)
{
    return direction == Direction::out ? Direction::in : Direction::out;
}

constexpr std::size_t index(Direction direction)
{
    return static_cast<std::size_t>(direction);
}

/// An address and a port; an IPv4 address stands in the first four octets.
struct Peer {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;
};

std::string address_text(Family family, const Peer& peer);

/// The TCP flags that the generator sends (RFC 9293, 3.1).
namespace tcp_flag {
constexpr std::uint8_t fin = 0x01;
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t psh = 0x08;
constexpr std::uint8_t ack = 0x10;
}  // namespace tcp_flag

/// What differs between the packets of one flow.
struct PacketFields {
    Direction direction = Direction::out;
    std::uint8_t flags = 0;  ///< TCP only, as are the next two
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgement = 0;
    std::uint32_t clock = 0;           ///< milliseconds, for the TCP timestamps option (RFC 7323)
    std::uint16_t identification = 0;  ///< of the IPv4 header
};

constexpr std::size_t ethernet_octets = 14;

/// The headers of one flow's frames: Ethernet, IPv4 or IPv6, TCP or UDP.
class Frames {
public:
    Frames() = default;
    Frames(Family family, Transport transport, const Peer& client, const Peer& server);

    Family family() const { return family_; }
    Transport transport() const { return transport_; }
    const Peer& client() const { return peers_[0]; }
    const Peer& server() const { return peers_[1]; }

    /// Octets before the payload in a frame with these TCP flags.
    std::size_t header_octets(std::uint8_t flags) const;

    /// Writes the headers and checksums of `frame`, whose payload stands already behind header_octets().
    void write_headers(std::span<std::byte> frame, const PacketFields& fields) const;

private:
    std::size_t write_ip(std::span<std::byte> frame, const PacketFields& fields) const;

    Family family_ = Family::ipv4;
    Transport transport_ = Transport::tcp;
    std::array<Peer, 2> peers_;  ///< client, server
};

}  // namespace waybill::bench
