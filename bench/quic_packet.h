#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/cursor.h"
#include "bench/frame.h"

namespace waybill::bench {

constexpr std::size_t connection_id_octets = 8;
constexpr std::size_t quic_datagram_octets = 1250;  ///< of UDP payload; RFC 9000, 14.1 asks for 1200 at least
using ConnectionId = std::array<std::byte, connection_id_octets>;

/// The keys that protect Initial packets in one direction (RFC 9001, 5.2).
struct InitialKeys {
    std::array<std::byte, 16> key{};
    std::array<std::byte, 12> iv{};
    std::array<std::byte, 16> header_protection{};
};

/// Derives the keys from the connection ID that the client chose for the server in its first packet.
///
/// Throws std::runtime_error when libcrypto refuses, as seal_initial() does.
InitialKeys derive_initial_keys(Bytes client_destination_id, Direction direction);

struct InitialPacket {
    Bytes destination_id;
    Bytes source_id;
    std::uint8_t number = 0;
    Bytes frames;  ///< padded here so that the packet has quic_datagram_octets
};

/// Appends a protected QUIC v1 Initial packet (RFC 9000, 17.2.2; RFC 9001, 5.3 and 5.4) of quic_datagram_octets.
void seal_initial(std::vector<std::byte>& out, const InitialPacket& packet, const InitialKeys& keys);

}  // namespace waybill::bench
