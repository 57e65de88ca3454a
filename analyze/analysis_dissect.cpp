// What a packet's payload tells of its flow (declared in analyze/analysis.h).
#include <algorithm>
#include <utility>

#include "analyze/analysis.h"
#include "analyze/dissect/dns_ports.h"
#include "wire/dns_rdata.h"

namespace waybill {
namespace {

constexpr std::uint8_t max_unrecognised = 16;  // datagrams after which a UDP flow is left alone

}  // namespace

FlowFacts& Analysis::known(FlowRecord& record)
{
    if (!record.facts) {
        record.facts = spare_facts_.take();
        record.facts->protocol = record.protocol;
        record.facts->ech = record.ech;
    }
    return *record.facts;
}

/// Begins to follow what the flow's ends say to each other.
Conversation& Analysis::converse(FlowRecord& record)
{
    record.talk_client = record.client;
    record.conversation = spare_conversations_.take();
    return *record.conversation;
}

void Analysis::end_conversation(FlowRecord& record)
{
    record.conversation->stop();
    spare_conversations_.give_back(std::move(record.conversation));
}

void Analysis::dissect_tcp(FlowRecord& record, End sender, const Segment& segment)
{
    if (!record.conversation) {
        if (segment.payload_length == 0 && !segment.has_flag(TcpHeader::syn))
            return;
        converse(record).restart<TcpStream>(dissect_, record.address(record.server()).port, gaps_, stream_budget_);
    }
    current_ = &record;
    TcpStream& stream = *record.conversation->tcp();
    const Side side = sender == record.talk_client ? Side::client : Side::server;
    const bool compared = stream.compares(side);
    const bool wanted = stream.segment(side, segment, known(record));
    if (wanted)
        contacts_.expect(*record.facts, record.address(record.server()).port);
    current_ = nullptr;
    if (insight_ != nullptr && (wanted || compared) && stream.reads_what_is_kept())
        tell_read(stream.octets_read(side, segment), segment);
    if (stream.sides_swapped() && !record.client_known) {
        record.client_known = true;
        record.client = other(record.talk_client);
    }
    if (!stream.done())
        return;
    end_conversation(record);
    record.dissected = true;
    if (record.client_known && record.facts->protocol == Protocol::tls && !record.facts->application)
        settle(record);
}

/// An outer depth that needs the packet needs all of it.
void Analysis::tell_read(std::size_t octets, const Segment& segment) const
{
    insight_->unread = insight_->needed ? 0 : segment.payload.size() - octets;
    insight_->needed |= octets > 0;
}

void Analysis::dissect_udp(FlowRecord& record, End sender, const Segment& segment)
{
    const Protocol known = record.known_protocol();
    const bool is_dns = known == Protocol::dns || known == Protocol::mdns || known == Protocol::llmnr;
    const Protocol by_port = dns_by_port(segment.source_port, segment.destination_port);
    if (insight_ != nullptr)
        insight_->needed |= is_dns || by_port != Protocol::unknown;
    if (is_dns || by_port != Protocol::unknown) {
        dissect_dns(record, segment, is_dns ? known : by_port);
        return;
    }
    dissect_datagram(record, sender, segment);
}

void Analysis::dissect_datagram(FlowRecord& record, End sender, const Segment& segment)
{
    if (!record.conversation) {
        auto talk = UdpConversation::recognise(segment);
        if (!talk) {
            const Protocol protocol = recognise_datagram(segment);
            if (protocol != Protocol::unknown && record.known_protocol() == Protocol::unknown)
                record.set_protocol(protocol);
            else if (protocol == Protocol::unknown && dns::looks_like_dns(segment.payload, message_) &&
                     !segment.is_cut())
                take_dns_elsewhere(record, segment);
            else if (++record.unrecognised >= max_unrecognised)
                record.dissected = true;
            return;
        }
        converse(record).restart<UdpConversation>(*std::move(talk));
    }
    UdpConversation& talk = *record.conversation->udp();
    if (insight_ != nullptr)
        insight_->needed |= UdpConversation::is_handshake(segment);
    const Side side = sender == record.talk_client ? Side::client : Side::server;
    talk.datagram(side, segment, udp_, known(record));
    if (talk.client() && !record.client_known) {
        record.client_known = true;
        record.client = *talk.client() == Side::client ? record.talk_client : other(record.talk_client);
    }
    if (!talk.done())
        return;
    talk.finish(udp_, known(record));
    end_conversation(record);
    record.dissected = true;
}

void Analysis::take_dns_elsewhere(FlowRecord& record, const Segment& segment)
{
    if (insight_ != nullptr)
        insight_->needed = true;
    take_dns(record, segment.destination, segment.time, Protocol::dns);
}

bool Analysis::dissect_dns(FlowRecord& record, const Segment& segment, Protocol dissector)
{
    const bool was_expected = expecting_ != nullptr && expecting_->is_answer;
    if (was_expected)
        std::swap(message_, expecting_->message);
    else
        (void)dns::parse_message(segment.payload, segment.payload_length, message_);  // which tells its damage
    if (message_.damage != dns::Damage::none)
        gaps_.add(message_.damage == dns::Damage::cut ? GapKind::dns_truncated : GapKind::dns_malformed);
    if (!message_.has_header())
        return false;
    take_dns(record, segment.destination, segment.time, dissector);
    return true;
}

void Analysis::take_dns(FlowRecord& record, const IpAddress& receiver, Timestamp at, Protocol dissector)
{
    ++totals_.dns_messages;
    if (record.known_protocol() == Protocol::unknown)
        record.set_protocol(dissector);
    if (message_.header.response) {
        const bool was_expected = expecting_ != nullptr && expecting_->is_answer;
        const IpAddress client = dns_client(receiver);
        dns_cache_.learn_response(message_, client, at, was_expected ? &expecting_->asked : nullptr);
        if (std::ranges::any_of(message_.records,
                                [&](const dns::Record& entry) { return dns::delivers_ech(message_, entry); }))
            ech_clients_.note(client);
    }
    if (sinks_.dns)
        sinks_.dns(dns_event_teller_.tell(message_, record.id, at, dissector));
}

}  // namespace waybill
