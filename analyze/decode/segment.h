#pragma once

#include <cstdint>

#include "base/cursor.h"
#include "model/address.h"
#include "model/endpoint.h"
#include "model/time.h"

namespace waybill {

/// The headers of one packet at one depth: who sent how much to whom. IP and payload octets are of that depth,
/// `wire_length` is the frame's at every depth. Views are borrowed until the decoder's next packet.
struct Segment {
    Timestamp time;
    IpAddress source;
    IpAddress destination;
    Port source_port{};
    Port destination_port{};
    Transport transport = Transport::other;
    std::uint8_t protocol = 0;      ///< IP protocol number
    std::uint8_t tunnel_depth = 0;  ///< 0 = outermost
    std::uint8_t tcp_flags = 0;
    bool from_fragments = false;
    std::uint32_t packets = 1;  ///< more than one where fragments were put together
    std::uint32_t tcp_sequence = 0;
    std::uint32_t tcp_acknowledgment = 0;
    std::uint64_t wire_length = 0;     ///< octets of the frame at this depth
    std::uint64_t ip_length = 0;       ///< octets of the IP packet, header included
    std::uint32_t payload_length = 0;  ///< octets of the transport's payload as the headers say
    Bytes payload;                     ///< what of it was captured

    bool has_flag(std::uint8_t flag) const { return (tcp_flags & flag) != 0; }
    bool is_cut() const { return payload.size() < payload_length; }
};

}  // namespace waybill
