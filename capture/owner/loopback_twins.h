#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/cursor.h"

namespace waybill {

/// A packet over the loopback interface between two sockets that are both watched is seen twice: when the one sends it
/// and when the other gets it. This tells which is the second sight of a packet, so that it counts once.
///
/// A packet is known by its octets. Of TCP what is sent at once can come in divided otherwise, so what one end has sent
/// is an account that is drawn upon as it comes in: of octets of payload, and of segments without any.
class LoopbackTwins {
public:
    /// Sent packets, or directions of TCP connections, that are remembered.
    static constexpr std::size_t most = 65536;

    void sent(Bytes octets, std::uint32_t wire_length);

    /// Whether the packet that came in is one that was sent, and is not yet taken.
    bool take(Bytes octets, std::uint32_t wire_length);

private:
    struct Sight {
        std::uint64_t key = 0;  ///< a hash: of a segment of TCP of its ends, else of all of it
        std::uint64_t payload = 0;
    };
    struct Account {
        std::uint64_t payload = 0;  ///< octets
        std::uint64_t packets = 0;  ///< whole ones, or segments without payload
    };

    static Sight sight_of(Bytes octets, std::uint32_t wire_length);

    std::unordered_map<std::uint64_t, Account> sent_;
};

}  // namespace waybill
