#pragma once

#include <cstdint>
#include <string>

#include "model/endpoint.h"
#include "model/flow_facts.h"
#include "model/time.h"

namespace waybill {

/// Packets and octets of one direction. Frames count whole also for a flow inside a tunnel; IP packets and payload are
/// those of the flow's own depth.
struct Volume {
    std::uint64_t packets = 0;
    std::uint64_t wire_bytes = 0;     ///< link-layer frames
    std::uint64_t ip_bytes = 0;       ///< IP packets with their headers
    std::uint64_t payload_bytes = 0;  ///< the transport's payload, retransmissions included

    Volume& operator+=(const Volume& more)
    {
        packets += more.packets;
        wire_bytes += more.wire_bytes;
        ip_bytes += more.ip_bytes;
        payload_bytes += more.payload_bytes;
        return *this;
    }
    friend bool operator==(const Volume&, const Volume&) = default;
};

/// How sure it is whose a flow is.
enum class MatchQuality : std::uint8_t {
    none,          ///< nothing is known; the reason says why
    sampled,       ///< seen in a table that was polled
    pre_existing,  ///< the socket was there before the recording
    in_namespace,  ///< everything in this network namespace is the command's tree
    exact,         ///< a kernel event with the socket's identity
};

constexpr std::string_view text(MatchQuality quality)
{
    switch (quality) {
        using enum MatchQuality;
        case none:
            return "none";
        case sampled:
            return "sampled";
        case pre_existing:
            return "pre-existing";
        case in_namespace:
            return "namespace";
        case exact:
            return "exact";
    }
    return "none";
}

/// Whose a flow is. `process` is the id of a `process` event, 0 where none is known.
struct Owner {
    std::uint64_t process = 0;
    MatchQuality quality = MatchQuality::none;
    std::string reason;

    friend bool operator==(const Owner&, const Owner&) = default;
};

/// Where a flow's packets stand.
struct PacketRange {
    std::uint16_t first_file = 0;  ///< index into the inputs
    std::uint16_t last_file = 0;
    std::uint64_t first = 0;  ///< 1-based number in the first file
    std::uint64_t last = 0;   ///< 1-based number in the last file
};

/// A flow that has ended: what events.ndjson tells of it.
struct Flow {
    std::uint64_t id = 0;       ///< order of the first packet, from 1
    std::uint64_t contact = 0;  ///< id of the contact that it counts to
    Transport transport = Transport::other;
    std::uint8_t protocol_number = 0;  ///< IP protocol
    std::uint8_t tunnel_depth = 0;     ///< 0 = outermost
    SocketAddress client;
    SocketAddress server;
    bool client_by_handshake = false;  ///< else by port or by who was seen first
    Timestamp first;
    Timestamp last;
    Volume out;  ///< client → server
    Volume in;
    PacketRange packets;
    FlowFacts facts;
};

}  // namespace waybill
