#pragma once

#include <cstdint>
#include <expected>

#include "capture/network/run_error.h"
#include "model/endpoint.h"

namespace waybill::contained {

struct RedirectPorts {
    Port tcp;  ///< where every TCP connection goes but those to port 53
    Port udp;  ///< where every UDP datagram goes but those to port 53
};

/// Redirects what arrives in the current network namespace (nftables, IPv4 and IPv6). The asked address and port stay
/// readable with SO_ORIGINAL_DST, and answers come from them.
std::expected<void, RunError> redirect_everything(const RedirectPorts& ports);

}  // namespace waybill::contained
