#pragma once

#include <cstdint>
#include <string>

#include "bench/frame.h"

namespace waybill::bench {

/// The host name of server `number`: distinct for each number, all below .example (RFC 2606).
std::string server_name(std::uint32_t number);

/// The address of server `number`: 198.18.0.0/15 (RFC 2544: benchmarks) or 2001:db8:2::/96 (RFC 3849).
///
/// Past 131,070 servers the IPv4 addresses come round again, as they do where many names share one front.
Peer server_address(Family family, std::uint32_t number, std::uint16_t port);

/// One of 256 clients: in 10.1.0.0/16 or 2001:db8:1::/112.
Peer client_address(Family family, std::uint32_t number, std::uint16_t port);
constexpr std::uint32_t client_count = 256;

/// The resolver that every client asks: 10.0.0.53, port 53.
Peer resolver_address();

}  // namespace waybill::bench
