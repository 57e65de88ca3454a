#pragma once

#include <cstdint>

#include "analyze/decode/segment.h"
#include "model/protocol.h"

namespace waybill {

constexpr std::uint16_t dns_port = 53;             // RFC 1035, 4.2
constexpr std::uint16_t mdns_port = 5353;          // RFC 6762, 5.2
constexpr std::uint16_t llmnr_port = 5355;         // RFC 4795, 2.1
constexpr std::uint16_t encrypted_dns_port = 853;  // RFC 7858, RFC 9250

/// Which kind of DNS the ports of a datagram are for; unknown where they are for none.
inline Protocol dns_by_port(Port source, Port destination)
{
    const auto is = [&](std::uint16_t port) { return number(source) == port || number(destination) == port; };
    if (is(dns_port))
        return Protocol::dns;
    if (is(mdns_port))
        return Protocol::mdns;
    return is(llmnr_port) ? Protocol::llmnr : Protocol::unknown;
}

}  // namespace waybill
