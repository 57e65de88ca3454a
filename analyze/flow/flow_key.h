#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "analyze/decode/segment.h"
#include "model/address.h"

namespace waybill {

/// The two ends of a flow, which way it goes left open: the lower (address, port) stands first.
struct FlowKey {
    IpAddress low;
    IpAddress high;
    std::uint16_t low_port = 0;
    std::uint16_t high_port = 0;
    std::uint8_t protocol = 0;      ///< IP protocol number
    std::uint8_t tunnel_depth = 0;  ///< the same five-tuple inside and outside of a tunnel is two flows

    friend bool operator==(const FlowKey& left, const FlowKey& right) { return left.words() == right.words(); }

    std::array<std::uint64_t, 5> words() const { return std::bit_cast<std::array<std::uint64_t, 5>>(*this); }
};
static_assert(sizeof(FlowKey) == 40 && std::has_unique_object_representations_v<FlowKey>);

/// Which end of a key: an index into pairs.
enum class End : std::uint8_t { low = 0, high = 1 };

constexpr End other(End end)
{
    return end == End::low ? End::high : End::low;
}
constexpr std::size_t index(End end)
{
    return static_cast<std::size_t>(end);
}

struct KeyedSegment {
    FlowKey key;
    End sender = End::low;
};

/// The key of a segment's flow, and which end sent the segment.
inline KeyedSegment key_of(const Segment& segment)
{
    const std::uint16_t source_port = number(segment.source_port);
    const std::uint16_t destination_port = number(segment.destination_port);
    // A segment whose transport header could not be read has no ports and counts apart from those that have.
    const auto depth =
        static_cast<std::uint8_t>(segment.tunnel_depth | (segment.transport == Transport::other ? 0x80U : 0U));
    const bool in_order =
        segment.source != segment.destination ? segment.source < segment.destination : source_port <= destination_port;
    if (in_order)
        return {{segment.source, segment.destination, source_port, destination_port, segment.protocol, depth},
                End::low};
    return {{segment.destination, segment.source, destination_port, source_port, segment.protocol, depth}, End::high};
}

/// Mixes a key with a seed that the input cannot know, so that no capture can be made to fill one bucket.
inline std::uint32_t hash_of(const FlowKey& key, std::uint64_t seed)
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    std::uint64_t hash = seed;
    for (const std::uint64_t word : key.words()) {
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32U;
    }
    return static_cast<std::uint32_t>(hash * odd >> 32U);
}

}  // namespace waybill
