#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/address.h"

namespace waybill {

enum class Port : std::uint16_t {};  ///< a TCP, UDP or SCTP port number

constexpr std::uint16_t number(Port port)
{
    return static_cast<std::uint16_t>(port);
}

enum class Transport : std::uint8_t { tcp, udp, icmp, sctp, other };  ///< icmp covers ICMPv6

/// tcp, udp, icmp, sctp, other: the words of events.ndjson.
constexpr std::string_view text(Transport transport)
{
    switch (transport) {
        case Transport::tcp:
            return "tcp";
        case Transport::udp:
            return "udp";
        case Transport::icmp:
            return "icmp";
        case Transport::sctp:
            return "sctp";
        case Transport::other:
            break;
    }
    return "other";
}

/// One side of a flow.
struct SocketAddress {
    IpAddress address;
    Port port{};

    friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

/// What is contacted: a name where one is known for sure, else an address; with port and transport.
struct Endpoint {
    std::optional<std::string>
        host;           ///< in lower case, as seen (presentation form); empty when several names are possible
    IpAddress address;  ///< the first address it was seen at
    Port port{};
    Transport transport{};

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace waybill
