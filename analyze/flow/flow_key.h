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

    friend bool operator==(const FlowKey&, const FlowKey&) = default;
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
    const auto rest = [&](const SocketAddress& low, const SocketAddress& high) {
        // A segment whose transport header could not be read has no ports and counts apart from those that have.
        const unsigned depth = segment.tunnel_depth | (segment.transport == Transport::other ? 0x80U : 0U);
        return std::uint64_t{number(low.port)} | std::uint64_t{number(high.port)} << 16U |
               std::uint64_t{segment.protocol} << 32U | std::uint64_t{depth} << 40U |
               static_cast<std::uint64_t>(low.address.family()) << 48U |
               static_cast<std::uint64_t>(high.address.family()) << 56U;
    };
    const SocketAddress source{segment.source, segment.source_port};
    const SocketAddress destination{segment.destination, segment.destination_port};
    // Any order of addresses will do, as long as it is one.
    const bool in_order = source.address.words() != destination.address.words()
                              ? source.address.words() < destination.address.words()
                              : source.port <= destination.port;
    if (in_order)
        return {{source.address.words(), destination.address.words(), rest(source, destination)}, End::low};
    return {{destination.address.words(), source.address.words(), rest(destination, source)}, End::high};
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
