// What happens to a flow that has ended, and at the end of the packets (declared in analyze/analysis.h).
#include <utility>

#include "analyze/analysis.h"
#include "analyze/flow/conversation.h"

namespace waybill {
namespace {

Volume volume_of(const SentCounts& sent)
{
    return {sent.packets, sent.wire_octets, sent.ip_octets, sent.payload_octets};
}

/// At the bound nobody is known not to be noted.
bool is_noted(const std::set<IpAddress>& clients, const IpAddress& client)
{
    return clients.size() >= AnalysisOptions::max_noted_clients || clients.contains(client);
}

}  // namespace

void Analysis::end(FlowRecord& record)
{
    if (record.conversation) {
        current_ = &record;
        if (TcpStream* const stream = record.conversation->tcp())
            stream->finish(record.known());
        else
            record.conversation->udp()->finish(udp_, record.known());
        current_ = nullptr;
        record.conversation.reset();
    }
    decide_ech(record);
    Flow flow = to_flow(record);
    flow.contact = contacts_.add(flow, {resolution_of(record, flow), &options_.owner});
    if (sinks_.flow)
        sinks_.flow(flow);
}

void Analysis::decide_ech(FlowRecord& record)
{
    if (!record.facts || record.facts->ech == EchState::not_offered)
        return;
    const IpAddress client = record.address(record.client).address;
    const bool observed = options_.dns_fully_observed || record.has_dns_answer;
    const bool configured = is_noted(ech_clients_, client) || is_noted(encrypted_dns_clients_, client);
    const bool stands = observed && !configured;
    record.facts->ech = stands ? EchState::outer_name_stands : EchState::outer_name_only;
    if (!stands)
        gaps_.add(GapKind::ech_outer_name_only);
}

Flow Analysis::to_flow(FlowRecord& record) const
{
    Flow flow;
    flow.id = record.id;
    flow.transport = record.transport;
    flow.protocol_number = record.key.protocol;
    flow.tunnel_depth = record.key.tunnel_depth & 0x7fU;
    flow.client = record.address(record.client);
    flow.server = record.address(record.server());
    flow.client_by_handshake = record.client_known;
    flow.first = record.first;
    flow.last = record.last;
    flow.out = volume_of(record.sent[index(record.client)]);
    flow.in = volume_of(record.sent[index(record.server())]);
    flow.packets = {record.first_file, record.last_file, record.first_packet, record.last_packet};
    if (record.facts)
        flow.facts = std::move(*record.facts);
    return flow;
}

Resolution Analysis::resolution_of(const FlowRecord& record, const Flow& flow) const
{
    if (is_special(flow.server.address))
        return Resolution::local;
    if (flow.facts.protocol == Protocol::dns)
        return Resolution::resolver;
    return record.has_dns_answer ? Resolution::answered : Resolution::not_asked;
}

void Analysis::add_dissect_counters()
{
    const DissectCounters& seen = dissect_.counters;
    gaps_.add(GapKind::http_unsynchronised, seen.http_unsynchronised + seen.http2_unsynchronised);
    gaps_.add(GapKind::head_bound, seen.head_bound + seen.tunnel_bound);
    gaps_.add(GapKind::hello_malformed, seen.hello_malformed);
    gaps_.add(GapKind::hello_truncated, seen.hello_truncated);
    gaps_.add(GapKind::names_bound, seen.names_bound);
    gaps_.add(GapKind::dns_malformed, seen.dns_lost_messages + seen.dns_unsynchronised);
    gaps_.add(GapKind::head_truncated, seen.head_truncated);
    gaps_.add(GapKind::head_malformed, seen.http_malformed + seen.socks_malformed + seen.ssh_malformed);
    gaps_.add(GapKind::dns_answers_bound,
              dns_cache_.evicted() + dns_cache_.names_dropped() + dns_cache_.incomplete() + dns_cache_.ech_evicted());
}

AnalysisResult Analysis::finish()
{
    for (const Segment& segment : decoder_.finish())
        take(segment, last_place_);
    flows_.finish();
    totals_.flows = flows_.flows_begun();
    add_dissect_counters();
    return {contacts_.finish(), gaps_, totals_};
}

}  // namespace waybill
