#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "analyze/analysis.h"
#include "analyze/trim/metadata_trimmer.h"

namespace {

using namespace waybill;

using Event = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, Protocol, std::vector<NameClue>>;

struct Told {
    std::vector<Event> events;
    std::uint64_t outermost = 0;
    AnalysisTotals totals;
};

/// Few flows: enough to meet the bound, and quick to make room for.
FlowLimits few_flows()
{
    FlowLimits limits;
    limits.max_flows = 8;
    return limits;
}

struct OwnComment {
    Packet packet;
    std::string comment;
};

/// Each packet is an octet of time, two of length, and its frame; the trimmer's comment is added.
std::vector<OwnComment> packets_of(Bytes input)
{
    std::vector<OwnComment> packets;
    MetadataTrimmer trimmer{few_flows()};
    Cursor in{input};
    const auto link_type = static_cast<LinkType>(in.u16());
    while (in.remaining() > 3) {  // takes three octets at least
        Packet packet;
        packet.link_type = link_type;
        packet.number = packets.size() + 1;
        packet.time = Timestamp{std::chrono::seconds{packets.size() * in.u8()}};
        const std::size_t length = in.u16();
        packet.octets = in.bytes(std::min(length, in.remaining()));
        packet.wire_length = static_cast<std::uint32_t>(length);
        const auto kept = trimmer.trim(packet);
        if (kept.octets > packet.octets.size())
            std::abort();
        packets.push_back({packet, std::string{kept.comment}});
    }
    return packets;
}

Told tell(const std::vector<OwnComment>& packets, bool together)
{
    Told told;
    AnalysisOptions options;
    options.flows = few_flows();
    options.own_comments = true;
    Analysis analysis{options,
                      {[&](const Flow& flow) {
                           told.events.emplace_back(flow.id, flow.contact, flow.out.packets + flow.in.packets,
                                                    flow.out.ip_bytes + flow.in.ip_bytes, flow.facts.protocol,
                                                    flow.facts.names);
                           told.outermost += flow.tunnel_depth == 0 ? flow.out.packets + flow.in.packets : 0;
                       },
                       {}}};
    std::vector<Packet> views;
    for (const OwnComment& owned : packets) {
        views.push_back(owned.packet);
        views.back().comment = owned.comment;
    }
    if (together)
        analysis.add(views, 0);
    else
        for (const Packet& packet : views)
            analysis.add(packet, {0, packet.number});
    told.totals = analysis.finish().totals;
    return told;
}

}  // namespace

/// The same packets tell the same in the same order, added one by one or together; each flow is told once, and no
/// packet counts twice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto input = std::as_bytes(std::span{data, size});
    const auto packets = packets_of(input);
    const Told once = tell(packets, false);
    const bool holds = once.events == tell(packets, true).events && once.events.size() == once.totals.flows &&
                       once.outermost <= once.totals.packets;
    if (!holds)
        std::abort();
    return 0;
}
