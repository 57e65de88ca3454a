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
    return static_cast<End>(static_cast<std::uint8_t>(end) ^ 1U);  // no branch, which nothing could guess
}
constexpr std::size_t index(End end)
{
    return static_cast<std::size_t>(end);
}

struct KeyedSegment {
    FlowKey key;
    End sender = End::low;
};

/// The key of a segment's flow, and which end sent the segment. Without a branch on the order of the ends, which no
/// processor can guess.
inline KeyedSegment key_of(const Segment& segment)
{
    IpAddress::Words low = segment.source.words();
    IpAddress::Words high = segment.destination.words();
    const auto end = [](Port port, const IpAddress& address) {
        return std::uint64_t{number(port)} | static_cast<std::uint64_t>(address.family()) << 48U;
    };
    std::uint64_t low_end = end(segment.source_port, segment.source);
    std::uint64_t high_end = end(segment.destination_port, segment.destination);
    // Any order of addresses will do, as long as it is one.
    bool in_order = low[0] < high[0];
    if (low[0] == high[0]) [[unlikely]]
        in_order = low[1] != high[1] ? low[1] < high[1] : segment.source_port <= segment.destination_port;
    const std::uint64_t mask = in_order ? 0 : ~std::uint64_t{0};
    const auto swap_if_masked = [mask](std::uint64_t& left, std::uint64_t& right) {
        const std::uint64_t difference = (left ^ right) & mask;
        left ^= difference;
        right ^= difference;
    };
    swap_if_masked(low[0], high[0]);
    swap_if_masked(low[1], high[1]);
    swap_if_masked(low_end, high_end);
    // A segment whose transport header could not be read has no ports and counts apart from those that have.
    const unsigned depth = segment.tunnel_depth | (segment.transport == Transport::other ? 0x80U : 0U);
    // Each end has its port in front and its family behind.
    const std::uint64_t rest = low_end | (high_end & 0xffffU) << 16U | (high_end >> 48U) << 56U |
                               std::uint64_t{segment.protocol} << 32U | std::uint64_t{depth} << 40U;
    return {{low, high, rest}, static_cast<End>(static_cast<std::uint8_t>(mask & 1U))};
}

/// Mixes a key with a seed that the input cannot know, so that no capture can be made to fill one bucket.
inline std::uint32_t hash_of(const FlowKey& key, std::uint64_t seed)
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    std::uint64_t hash = seed;
    const auto mix = [&hash](std::uint64_t word) {
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32U;
    };
    mix(key.low[0]);
    mix(key.high[0]);
    mix(key.rest);
    if ((key.low[1] | key.high[1]) != 0) {  // never of IPv4, which the families in `rest` tell
        mix(key.low[1]);
        mix(key.high[1]);
    }
    return static_cast<std::uint32_t>(hash * odd >> 32U);
}

}  // namespace waybill
