#include "bench/frame.h"

#include <arpa/inet.h>

#include <cstring>
#include <string_view>

namespace waybill::bench {
namespace {

using Octets = std::span<std::byte>;

constexpr std::size_t udp_header_octets = 8;
constexpr std::size_t tcp_header_octets = 20;
constexpr std::string_view data_options{"\1\1\10\12", 4};  // NOP, NOP, timestamps (RFC 7323, 3.2) and its two values
constexpr std::string_view syn_options{"\2\4\5\170\4\2\10\12", 8};  // MSS 1400, SACK permitted, timestamps
constexpr std::string_view syn_options_end{"\1\3\3\7", 4};          // NOP, window scale 7
constexpr std::size_t data_option_octets = 12;
constexpr std::size_t syn_option_octets = 20;

void put_8(Octets out, std::size_t at, std::uint32_t value)
{
    out[at] = static_cast<std::byte>(value & 0xffU);
}

void put_16(Octets out, std::size_t at, std::uint32_t value)
{
    put_8(out, at, value >> 8U);
    put_8(out, at + 1, value);
}

void put_32(Octets out, std::size_t at, std::uint32_t value)
{
    put_16(out, at, value >> 16U);
    put_16(out, at + 2, value);
}

void put_text(Octets out, std::size_t at, std::string_view text)
{
    std::memcpy(out.subspan(at, text.size()).data(), text.data(), text.size());
}

/// The one's complement sum of `octets` as 16-bit words in memory order, folded to 32 bits at most (RFC 1071).
std::uint64_t sum_words(std::span<const std::byte> octets)
{
    std::uint64_t sum = 0;
    for (; octets.size() >= 8; octets = octets.subspan(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, octets.data(), 8);
        sum += (word & 0xffffffffU) + (word >> 32U);
    }
    std::uint64_t last = 0;
    if (!octets.empty())
        std::memcpy(&last, octets.data(), octets.size());
    sum += (last & 0xffffffffU) + (last >> 32U);
    return (sum & 0xffffffffU) + (sum >> 32U);
}

/// Stores the checksum over `sum` (memory order, so that no swap is needed) at `at`.
void put_checksum(Octets out, std::size_t at, std::uint64_t sum)
{
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    const auto checksum = static_cast<std::uint16_t>(~sum & 0xffffU);
    std::memcpy(out.subspan(at, 2).data(), &checksum, 2);
}

void put_address(Octets out, std::size_t at, const Peer& peer, std::size_t octets)
{
    std::memcpy(out.subspan(at, octets).data(), peer.address.data(), octets);
}

/// A locally administered Ethernet address (IEEE 802, 8.2.2): `host` tells the two ends apart.
void put_ethernet_address(Octets out, std::size_t at, std::uint32_t host)
{
    put_16(out, at, 0x0200);
    put_32(out, at + 2, host);
}

}  // namespace

std::string address_text(Family family, const Peer& peer)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family == Family::ipv4 ? AF_INET : AF_INET6, peer.address.data(), text.data(), text.size());
    return text.data();
}

Frames::Frames(Family family, Transport transport, const Peer& client, const Peer& server)
    : family_{family}, transport_{transport}, peers_{client, server}
{
}

std::size_t Frames::header_octets(std::uint8_t flags) const
{
    const std::size_t ip = ethernet_octets + (family_ == Family::ipv4 ? 20 : 40);
    if (transport_ == Transport::udp)
        return ip + udp_header_octets;
    return ip + tcp_header_octets + ((flags & tcp_flag::syn) != 0 ? syn_option_octets : data_option_octets);
}

/// Writes the Ethernet and IP headers; gives the sum over the pseudo-header (RFC 9293, 3.1; RFC 8200, 8.1).
std::size_t Frames::write_ip(Octets frame, const PacketFields& fields) const
{
    const Peer& from = peers_[index(fields.direction)];
    const Peer& to = peers_[index(opposite(fields.direction))];
    const std::uint32_t protocol = transport_ == Transport::tcp ? 6 : 17;
    put_ethernet_address(frame, 0, fields.direction == Direction::out ? 1 : 2);
    put_ethernet_address(frame, 6, fields.direction == Direction::out ? 2 : 1);
    put_16(frame, 12, family_ == Family::ipv4 ? 0x0800 : 0x86dd);
    const Octets ip = frame.subspan(ethernet_octets);
    const std::size_t addresses = family_ == Family::ipv4 ? 12 : 8;
    const std::size_t address_octets = family_ == Family::ipv4 ? 4 : 16;
    const std::size_t header = addresses + 2 * address_octets;
    if (family_ == Family::ipv4) {
        put_16(ip, 0, 0x4500);
        put_16(ip, 2, static_cast<std::uint32_t>(ip.size()));
        put_16(ip, 4, fields.identification);
        put_16(ip, 6, 0x4000);  // do not fragment
        put_8(ip, 8, fields.direction == Direction::out ? 64 : 56);
        put_8(ip, 9, protocol);
        put_16(ip, 10, 0);
    } else {
        put_32(ip, 0, 0x60000000);
        put_16(ip, 4, static_cast<std::uint32_t>(ip.size() - header));
        put_8(ip, 6, protocol);
        put_8(ip, 7, fields.direction == Direction::out ? 64 : 56);
    }
    put_address(ip, addresses, from, address_octets);
    put_address(ip, addresses + address_octets, to, address_octets);
    if (family_ == Family::ipv4)
        put_checksum(ip, 10, sum_words(ip.first(header)));
    return sum_words(ip.subspan(addresses, 2 * address_octets)) + htons(static_cast<std::uint16_t>(protocol)) +
           htons(static_cast<std::uint16_t>(ip.size() - header));
}

void Frames::write_headers(Octets frame, const PacketFields& fields) const
{
    const std::uint64_t pseudo_header = write_ip(frame, fields);
    const Octets segment = frame.subspan(ethernet_octets + (family_ == Family::ipv4 ? 20 : 40));
    put_16(segment, 0, peers_[index(fields.direction)].port);
    put_16(segment, 2, peers_[index(opposite(fields.direction))].port);
    if (transport_ == Transport::udp) {
        put_16(segment, 4, static_cast<std::uint32_t>(segment.size()));
        put_16(segment, 6, 0);
        put_checksum(segment, 6, pseudo_header + sum_words(segment));
        if (segment[6] == std::byte{} && segment[7] == std::byte{})
            put_16(segment, 6, 0xffff);  // RFC 768: zero means "no checksum"
        return;
    }
    const bool syn = (fields.flags & tcp_flag::syn) != 0;
    const std::size_t options = syn ? syn_option_octets : data_option_octets;
    const std::string_view kinds = syn ? syn_options : data_options;
    const bool acknowledges = (fields.flags & tcp_flag::ack) != 0;
    put_32(segment, 4, fields.sequence);
    put_32(segment, 8, acknowledges ? fields.acknowledgement : 0);
    put_8(segment, 12, static_cast<std::uint32_t>((tcp_header_octets + options) / 4) << 4U);
    put_8(segment, 13, fields.flags);
    put_16(segment, 14, syn ? 64000 : 501);
    put_32(segment, 16, 0);
    put_text(segment, tcp_header_octets, kinds);
    put_32(segment, tcp_header_octets + kinds.size(), fields.clock);
    put_32(segment, tcp_header_octets + kinds.size() + 4, acknowledges ? fields.clock - 1 : 0);
    if (syn)
        put_text(segment, tcp_header_octets + syn_option_octets - syn_options_end.size(), syn_options_end);
    put_checksum(segment, 16, pseudo_header + sum_words(segment));
}

}  // namespace waybill::bench
