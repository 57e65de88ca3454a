#pragma once

#include <cstdint>
#include <optional>

#include "model/endpoint.h"

namespace waybill {

/// What a socket says of itself.
struct SocketFacts {
    std::uint64_t cookie = 0;   ///< SO_COOKIE
    std::uint8_t protocol = 0;  ///< IP protocol number of its packets
    bool has_ports = false;
    SocketAddress local;  ///< without an address and with port 0 where it has none yet
};

/// Nothing for what is no socket of IPv4 or IPv6.
std::optional<SocketFacts> read_socket_facts(int socket);

/// SOCK_STREAM, SOCK_DGRAM and so on (socket(7), SO_TYPE); 0 for what is no socket.
int socket_type(int socket);

/// Gives a socket that has none a local port, as bind(2) to port 0 chooses it. 0 when none is left.
Port choose_local_port(int socket);

/// The address that a packet to `remote` is sent from, as the routes of this network namespace say; nothing is sent.
/// No address where no route leads there.
IpAddress source_address_for(const SocketAddress& remote);

}  // namespace waybill
