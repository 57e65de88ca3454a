#include "analyze/trim/metadata_trimmer.h"

#include <algorithm>
#include <functional>

namespace waybill {
namespace {

/// How many octets of the packet stand before the payload; all of them where there is none, at most what headers take
/// where the payload is not a part of the packet (a fragment, or one put together from fragments).
std::size_t octets_before(const Packet& packet, Bytes payload)
{
    constexpr std::size_t max_header_octets = 160;  // Ethernet, two tags, IPv6 with extensions, TCP with options
    const std::byte* const begin = packet.octets.data();
    const std::byte* const end = std::to_address(packet.octets.end());
    const bool is_inside = !payload.empty() && !std::less{}(payload.data(), begin) && std::less{}(payload.data(), end);
    if (is_inside)
        return static_cast<std::size_t>(std::distance(begin, payload.data()));
    return std::min(packet.octets.size(), max_header_octets);
}

}  // namespace

MetadataTrimmer::Kept MetadataTrimmer::trim(const Packet& packet)
{
    const PacketInsight insight = analysis_.add_and_tell(packet, {0, ++packets_});
    if (insight.needed)
        return {packet.octets.size(), {}};
    Kept kept{octets_before(packet, insight.payload), {}};
    if (!insight.added.empty())
        kept.comment = to_comment(insight.added);
    return kept;
}

}  // namespace waybill
