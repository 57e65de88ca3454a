// What happens to a flow that has ended, and at the end of the packets (declared in analyze/analysis.h).
#include <optional>
#include <utility>

#include "analyze/analysis.h"
#include "analyze/flow/conversation.h"

namespace waybill {
namespace {

Volume volume_of(const SentCounts& sent)
{
    return {sent.packets, sent.wire_octets, sent.ip_octets, sent.payload_octets};
}

std::uint8_t depth_of(const FlowRecord& record)
{
    return record.key.tunnel_depth() & 0x7fU;
}

Resolution resolution_of(const FlowRecord& record)
{
    if (is_special(record.address(record.server()).address))
        return Resolution::local;
    if (record.known_protocol() == Protocol::dns)
        return Resolution::resolver;
    return record.has_dns_answer ? Resolution::answered : Resolution::not_asked;
}

}  // namespace

/// Whose it is, where that was recorded.
Owner Analysis::recorded_owner(const FlowRecord& record) const
{
    return options_.owners
        ->find({record.key.protocol(), depth_of(record), record.address(record.client), record.address(record.server()),
                record.first})
        .owner;
}

/// What the flow is called is known: its contact is looked up now, while all of it is at hand, and what nobody asks for
/// later goes.
void Analysis::settle(FlowRecord& record)
{
    static const FlowFacts nothing;
    std::optional<Owner> recorded;  // else every flow's owner is the same, and is not copied
    if (options_.owners != nullptr) [[unlikely]]
        recorded = recorded_owner(record);
    record.contact = contacts_.settle({.facts = record.facts ? *record.facts : nothing,
                                       .owner = recorded ? *recorded : options_.owner,
                                       .server = record.address(record.server()),
                                       .transport = record.transport,
                                       .tunnelled = depth_of(record) > 0});
    record.settled = true;
    if (sinks_.flow || insight_ != nullptr || !record.facts)
        return;
    record.protocol = record.facts->protocol;
    record.ech = record.facts->ech;
    if (!record.facts->hellos.empty())
        contacts_.add(record.contact, *record.facts);
    record.facts->clear();
    spare_facts_.give_back(std::move(record.facts));
}

void Analysis::end(FlowRecord& record)
{
    if (record.conversation) {
        current_ = &record;
        if (TcpStream* const stream = record.conversation->tcp())
            stream->finish(known(record));
        else
            record.conversation->udp()->finish(udp_, known(record));
        current_ = nullptr;
        end_conversation(record);
    }
    const EndedFlow ended = ended_flow(record, decide_ech(record));
    if (!record.settled)
        settle(record);
    const std::uint64_t contact = contacts_.add(record.contact, ended);
    if (phases_.divides()) [[unlikely]]
        contacts_.add(record.contact, volumes_by_phase(record));
    if (!sinks_.flow)
        return;
    if (record.facts && !record.facts->hellos.empty())
        contacts_.add(record.contact, *record.facts);
    Flow flow = to_flow(record, ended);
    flow.contact = contact;
    sinks_.flow(flow);
    if (!record.facts)
        return;
    record.facts->names = std::move(flow.facts.names);  // their room
    record.facts->clear();
    spare_facts_.give_back(std::move(record.facts));
}

std::vector<PhaseVolume> Analysis::volumes_by_phase(const FlowRecord& record)
{
    std::vector<PhaseVolume> volumes;
    for (const PhaseLedger::Part& part : phases_.take(record))
        volumes.push_back({part.phase, 1, volumes.empty() ? 1U : 0U, volume_of(part.sent[index(record.client)]),
                           volume_of(part.sent[index(record.server())])});
    return volumes;
}

EchState Analysis::decide_ech(const FlowRecord& record)
{
    if (record.known_ech() == EchState::not_offered)
        return EchState::not_offered;
    const IpAddress client = dns_client(record.address(record.client).address);
    const bool observed = options_.dns_fully_observed || record.has_dns_answer;
    const bool configured = ech_clients_.may_be_noted(client) || encrypted_dns_clients_.may_be_noted(client);
    if (observed && !configured)
        return EchState::outer_name_stands;
    gaps_.add(GapKind::ech_outer_name_only);
    return EchState::outer_name_only;
}

EndedFlow Analysis::ended_flow(const FlowRecord& record, EchState ech)
{
    return {.id = record.id,
            .first = record.first,
            .last = record.last,
            .out = volume_of(record.sent[index(record.client)]),
            .in = volume_of(record.sent[index(record.server())]),
            .packets = {record.first_file, record.last_file, record.first_packet, record.last_packet},
            .server = record.address(record.server()).address,
            .protocol = record.known_protocol(),
            .resolution = resolution_of(record),
            .ech = ech};
}

Flow Analysis::to_flow(FlowRecord& record, const EndedFlow& ended)
{
    Flow flow;
    flow.id = record.id;
    flow.transport = record.transport;
    flow.protocol_number = record.key.protocol();
    flow.tunnel_depth = depth_of(record);
    flow.client = record.address(record.client);
    flow.server = record.address(record.server());
    flow.client_by_handshake = record.client_known;
    flow.first = ended.first;
    flow.last = ended.last;
    flow.out = ended.out;
    flow.in = ended.in;
    flow.packets = ended.packets;
    if (record.facts)
        flow.facts = std::move(*record.facts);
    else
        flow.facts.protocol = record.protocol;
    flow.facts.ech = ended.ech;
    return flow;
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
        take(segment, flows_.look(segment), last_place_);
    flows_.finish();
    totals_.flows = flows_.flows_begun();
    if (first_ <= last_) {
        totals_.first = first_;
        totals_.last = last_;
    }
    add_dissect_counters();
    return {contacts_.finish(), gaps_, totals_};
}

}  // namespace waybill
