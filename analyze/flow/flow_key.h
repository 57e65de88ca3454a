#pragma once

#include <array>
#include <cstdint>

#include "analyze/decode/segment.h"
#include "model/address.h"
#include "model/endpoint.h"

namespace waybill {

/// The two ends of a flow, which way it goes left open: the lower (address, port) stands first. Whole words, because it
/// is compared and hashed for every packet.
struct FlowKey {
    IpAddress::Words low{};
    IpAddress::Words high{};
    std::uint64_t rest = 0;  ///< low port, high port, protocol, depth, the family of each end

    IpAddress low_address() const { return {low, static_cast<IpAddress::Family>(rest >> 48U & 0xffU)}; }
    IpAddress high_address() const { return {high, static_cast<IpAddress::Family>(rest >> 56U)}; }
    Port low_port() const { return Port{static_cast<std::uint16_t>(rest)}; }
    Port high_port() const { return Port{static_cast<std::uint16_t>(rest >> 16U)}; }
    std::uint8_t protocol() const { return static_cast<std::uint8_t>(rest >> 32U); }  ///< IP protocol number
    /// The same five-tuple inside and outside of a tunnel is two flows; the highest bit is set where ports are unknown.
    std::uint8_t tunnel_depth() const { return static_cast<std::uint8_t>(rest >> 40U); }

    friend bool operator==(const FlowKey& left, const FlowKey& right)
    {
        return left.low[0] == right.low[0] && left.low[1] == right.low[1] && left.high[0] == right.high[0] &&
               left.high[1] == right.high[1] && left.rest == right.rest;
    }
};

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
    const auto [source0, source1] = segment.source.words();
    const auto [destination0, destination1] = segment.destination.words();
    // A segment whose transport header could not be read has no ports and counts apart from those that have.
    const unsigned depth = segment.tunnel_depth | (segment.transport == Transport::other ? 0x80U : 0U);
    const auto source = std::uint64_t{number(segment.source_port)} | static_cast<std::uint64_t>(segment.source.family())
                                                                         << 48U;
    const auto destination = std::uint64_t{number(segment.destination_port)} |
                             static_cast<std::uint64_t>(segment.destination.family()) << 48U;
    const std::uint64_t both = std::uint64_t{segment.protocol} << 32U | std::uint64_t{depth} << 40U;
    const auto rest = [&](std::uint64_t low, std::uint64_t high) {  // each has its port in front and its family behind
        return both | low | (high & 0xffffU) << 16U | (high >> 48U) << 56U;
    };
    // Any order of addresses will do, as long as it is one.
    const bool in_order = source0 != destination0   ? source0 < destination0
                          : source1 != destination1 ? source1 < destination1
                                                    : segment.source_port <= segment.destination_port;
    if (in_order)
        return {{{source0, source1}, {destination0, destination1}, rest(source, destination)}, End::low};
    return {{{destination0, destination1}, {source0, source1}, rest(destination, source)}, End::high};
}

/// Mixes a key with a seed that the input cannot know, so that no capture can be made to fill one bucket.
inline std::uint32_t hash_of(const FlowKey& key, std::uint64_t seed)
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    std::uint64_t hash = seed;
    for (const std::uint64_t word : {key.low[0], key.low[1], key.high[0], key.high[1], key.rest}) {
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32U;
    }
    return static_cast<std::uint32_t>(hash * odd >> 32U);
}

}  // namespace waybill
