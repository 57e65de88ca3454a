#include "analyze/trim/metadata_trimmer.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

namespace waybill {
namespace {

/// Of a packet whose payload is not a part of it: Ethernet, two tags, IPv6 with extensions, TCP with options.
constexpr std::size_t max_header_octets = 160;

/// How many octets of the packet stand before the payload; nothing where there is none, or where it is not a part of
/// the packet (a fragment, or one put together from fragments).
std::optional<std::size_t> octets_before(const Packet& packet, Bytes payload)
{
    const std::byte* const begin = packet.octets.data();
    const std::byte* const end = std::to_address(packet.octets.end());
    const bool is_inside = !payload.empty() && !std::less{}(payload.data(), begin) && std::less{}(payload.data(), end);
    if (!is_inside)
        return std::nullopt;
    return static_cast<std::size_t>(std::distance(begin, payload.data()));
}

}  // namespace

MetadataTrimmer::Kept MetadataTrimmer::trim(const Packet& packet)
{
    const PacketInsight insight = analysis_.add_and_tell(packet, {0, ++packets_});
    const auto before = octets_before(packet, insight.payload);
    if (insight.needed && (insight.unread == 0 || !before))
        return {packet.octets.size(), {}};
    if (insight.needed)
        return {*before + insight.payload.size() - insight.unread, {}};
    Kept kept{before.value_or(std::min(packet.octets.size(), max_header_octets)), {}};
    if (!insight.added.empty())
        kept.comment = to_comment(insight.added);
    return kept;
}

}  // namespace waybill
