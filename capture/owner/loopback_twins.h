#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/cursor.h"
#include "model/time.h"

namespace waybill {

/// A packet over the loopback interface between two sockets that are both watched is seen twice: when the one sends it
/// and when the other gets it. This tells which is the second sight of a packet, so that it counts once.
class LoopbackTwins {
public:
    /// Sent packets that are remembered.
    static constexpr std::size_t most = 65536;

    void sent(Bytes octets, std::uint32_t wire_length);

    /// Whether the packet that came in is one that was sent, and is not yet taken.
    bool take(Bytes octets, std::uint32_t wire_length);

private:
    static std::uint64_t hash_of(Bytes octets, std::uint32_t wire_length);

    std::unordered_map<std::uint64_t, std::uint32_t> sent_;  // how many of each
};

}  // namespace waybill
