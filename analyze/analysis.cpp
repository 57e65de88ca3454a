#include "analyze/analysis.h"

#include <algorithm>
#include <utility>

#include "analyze/decode/plain_headers.h"
#include "analyze/dissect/dns_ports.h"
#include "analyze/flow/conversation.h"
#include "model/drawn_port.h"
#include "wire/transport.h"

namespace waybill {
namespace {

constexpr std::uint16_t first_user_port = 1024;  // RFC 6335, 6: below are the system ports

/// Who the client is when no handshake was seen: the one that is not at a system port; for TCP, the one at a port that
/// systems draw for clients, where the other is not; else the first one seen.
End guess_client(const KeyedSegment& keyed, const Segment& segment)
{
    const std::uint16_t source = number(segment.source_port);
    const std::uint16_t destination = number(segment.destination_port);
    const bool from_system_port = source < first_user_port && destination >= first_user_port;
    constexpr std::uint16_t drawn = number(first_drawn_port);
    const bool to_drawn_port = segment.transport == Transport::tcp && source < drawn && destination >= drawn;
    return from_system_port || to_drawn_port ? other(keyed.sender) : keyed.sender;
}

/// What a segment says of the connection's begin and end.
void follow_handshake(FlowRecord& record, End sender, const Segment& segment)
{
    const bool acknowledges = segment.has_flag(TcpHeader::ack);
    if (segment.has_flag(TcpHeader::syn) && !record.client_known) {
        record.client = acknowledges ? other(sender) : sender;
        record.client_known = true;
    }
    if (segment.has_flag(TcpHeader::syn) && !record.syn_seen) {  // the answer tells a SYN that comes late, too
        record.syn_seen = true;
        record.initial_sequence = acknowledges ? segment.tcp_acknowledgment - 1 : segment.tcp_sequence;
    }
    if (segment.has_flag(TcpHeader::fin))
        record.finished[index(sender)] = true;
    if (segment.has_flag(TcpHeader::rst))
        record.reset = true;
}

SentCounts counts_of(const Segment& segment)
{
    return {segment.packets, segment.wire_length, segment.ip_length, segment.payload_length};
}

[[gnu::always_inline]] inline void count(FlowRecord& record, End sender, const Segment& segment, PacketPlace place)
{
    SentCounts& sent = record.sent[index(sender)];
    sent.packets += segment.packets;
    sent.wire_octets += segment.wire_length;
    sent.ip_octets += segment.ip_length;
    sent.payload_octets += segment.payload_length;
    record.first = std::min(record.first, segment.time);
    record.last = std::max(record.last, segment.time);
    record.last_packet = place.number;
    record.last_file = place.file;
}

}  // namespace

Analysis::Analysis(const AnalysisOptions& options, EventSinks sinks)
    : options_{options},
      sinks_{std::move(sinks)},
      decoder_{gaps_},
      udp_{dissect_, gaps_},
      dns_cache_{dissect_.names, options.dns},
      contacts_{gaps_},
      phases_{options.phases, gaps_},
      flows_{options.flows,
             gaps_,
             {.ended = [this](FlowRecord& record) { end(record); },
              .soon_ended =
                  [this](const FlowRecord& record) {
                      if (record.settled)
                          contacts_.fetch(record.contact);
                  },
              .sooner_ended =
                  [this](const FlowRecord& record) {
                      if (record.settled)
                          contacts_.fetch_start(record.contact);
                  }}}
{
    stream_budget_.trimmed = options.own_comments;
    dissect_.fingerprints = sinks_.flow          ? Fingerprints::with_ja3
                            : options.tls_traits ? Fingerprints::without_ja3
                                                 : Fingerprints::none;
    dissect_.dns = [this](Side side, Bytes message, Timestamp at) {
        if (current_ == nullptr)
            return;
        const End receiver = side == Side::client ? other(current_->talk_client) : current_->talk_client;
        if (!dns::parse_message(message, message_))
            gaps_.add(GapKind::dns_malformed);
        take_dns(*current_, current_->address(receiver).address, at, Protocol::dns);
    };
}

void Analysis::expect(const Packet& packet, Expected& expected)
{
    expected.is_plain = packet.comment.empty() && read_plain_headers(packet, expected.segment);
    expected.may_begin = false;
    expected.is_answer = false;
    if (!expected.is_plain) [[unlikely]]
        return;
    const Segment& segment = expected.segment;
    expected.look = flows_.look(segment);
    const bool is_tcp = segment.transport == Transport::tcp;
    const bool opens = (segment.tcp_flags & (TcpHeader::syn | TcpHeader::ack)) == TcpHeader::syn;  // 0 of UDP
    const bool asks = !is_tcp & (number(segment.destination_port) == dns_port);
    expected.may_begin = opens | asks;
    expected.is_answer = !is_tcp & (number(segment.source_port) == dns_port);
}

/// Reads what is known of packets without their turn, and asks for the memory that they will need: in two steps, for
/// what the first asks for tells where the second has to.
void Analysis::look_ahead(std::span<const Packet> packets)
{
    Chosen begins;
    Chosen answers;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        expect(packets[i], expected_[i]);
        begins.add_if(expected_[i].may_begin, i);
        answers.add_if(expected_[i].is_answer, i);
    }
    for (const std::size_t i : begins.all())
        expected_[i].dns_look =
            dns_cache_.look(dns_client(expected_[i].segment.source), expected_[i].segment.destination);
    for (const std::size_t i : answers.all()) {
        const Segment& segment = expected_[i].segment;
        (void)dns::parse_message(segment.payload, segment.payload_length, expected_[i].message);  // it tells its damage
        dns_cache_.look(expected_[i].message, expected_[i].asked);
    }
    for (const Expected& expected : std::span{expected_}.first(packets.size()))
        if (expected.is_plain) [[likely]]
            flows_.fetch(expected.look);
    for (const std::size_t i : begins.all())
        dns_cache_.fetch(expected_[i].dns_look);
    for (const std::size_t i : answers.all())
        dns_cache_.fetch(expected_[i].asked);
}

void Analysis::note_packet(const Packet& packet)
{
    ++totals_.packets;
    totals_.wire_bytes += packet.wire_length;
    if (packet.has_time) {
        first_ = std::min(first_, packet.time);
        last_ = std::max(last_, packet.time);
    } else {
        gaps_.add(GapKind::no_timestamp);
    }
}

void Analysis::take_here(const Segment& segment, const FlowTable::Look& look, PacketPlace place)
{
    const KeyedSegment& keyed = look.keyed;
    if (options_.owners != nullptr && options_.owners->reuses_ends()) [[unlikely]]
        part_sockets(segment, look);
    if (phases_.is_later(segment.time)) [[unlikely]]
        phases_.advance(segment.time, flows_);
    bool is_new = false;
    FlowRecord& record = flows_.find_or_create(look, segment, is_new);
    if (is_new)
        begin(record, keyed, segment, place);
    count(record, keyed.sender, segment, place);
    if (phases_.is_earlier(segment.time)) [[unlikely]]
        phases_.add_earlier(record, keyed.sender, counts_of(segment), segment.time);
    innermost_ = &record;
    constexpr std::uint8_t handshake_flags = TcpHeader::syn | TcpHeader::fin | TcpHeader::rst;
    if (segment.transport == Transport::tcp && segment.has_flag(handshake_flags)) {
        follow_handshake(record, keyed.sender, segment);
        if (record.ended())
            flows_.bring_forward();
    }
    if (insight_ == nullptr)
        dissect(record, keyed.sender, segment);
    else
        tell(record, keyed.sender, segment);
}

/// Ends the open flow between two ends when another process's socket has taken them over: of datagrams nothing else
/// tells where a flow ends.
void Analysis::part_sockets(const Segment& segment, const FlowTable::Look& look)
{
    flows_.end_if(look, [&](const FlowRecord& open) {
        return options_.owners->changes_between(segment.protocol, open.address(End::low), open.address(End::high),
                                                open.last, segment.time);
    });
}

void Analysis::take(const Segment& segment, const FlowTable::Look& look, PacketPlace place)
{
    take_here(segment, look, place);
}

void Analysis::add(const Packet& packet, PacketPlace place)
{
    note_packet(packet);
    innermost_ = nullptr;
    last_place_ = place;
    for (const Segment& segment : decoder_.decode(packet))
        take(segment, flows_.look(segment), place);
    if (!packet.comment.empty())
        apply_comment(packet.comment, packet.time);
}

void Analysis::add(std::span<const Packet> packets, std::uint16_t file)
{
    for (; packets.size() > most_expected; packets = packets.subspan(most_expected))
        add_some(packets.first(most_expected), file);
    add_some(packets, file);
}

void Analysis::add_some(std::span<const Packet> packets, std::uint16_t file)
{
    look_ahead(packets);
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const PacketPlace place{file, packets[i].number};
        if (!expected_[i].is_plain) {
            add(packets[i], place);
            continue;
        }
        note_packet(packets[i]);
        expecting_ = &expected_[i];
        take_here(expected_[i].segment, expected_[i].look, place);
        expecting_ = nullptr;
    }
    if (!packets.empty())
        last_place_ = {file, packets.back().number};
}

void Analysis::apply_comment(std::string_view comment, Timestamp at)
{
    if (!comment.starts_with("waybill/"))
        return;
    if (!options_.own_comments) {
        gaps_.add(GapKind::comments_untrusted);
        return;
    }
    const auto delta = parse_comment(comment);
    if (!delta || innermost_ == nullptr) {
        gaps_.add(GapKind::comments_malformed);
        return;
    }
    FlowRecord& record = *innermost_;
    if (delta->ambiguous && !known(record).ambiguous)
        gaps_.add(GapKind::stream_ambiguous);
    if (!waybill::apply(*delta, at, known(record)))
        gaps_.add(GapKind::names_bound);
    if (delta->sides_swapped && !record.client_known) {
        record.client_known = true;
        record.client = other(record.client);
    }
}

PacketInsight Analysis::add_and_tell(const Packet& packet, PacketPlace place)
{
    PacketInsight insight;
    insight_ = &insight;
    add(packet, place);
    insight_ = nullptr;
    tell_of_piece(insight);
    return insight;
}

/// A fragment is trimmed by itself: what was put together is no part of its packet.
void Analysis::tell_of_piece(PacketInsight& insight) const
{
    const auto& piece = decoder_.piece();
    if (!piece)
        return;
    insight.payload = piece->payload;
    insight.unread = 0;
    insight.needed |= piece->transport == Transport::udp &&
                      dns_by_port(piece->source_port, piece->destination_port) != Protocol::unknown;
}

void Analysis::tell(FlowRecord& record, End sender, const Segment& segment)
{
    const FactsMark before = mark(known(record));
    const bool client_known = record.client_known;
    const End client = record.client;
    insight_->payload = segment.payload;
    insight_->unread = 0;
    insight_->added = {};
    dissect(record, sender, segment);
    if (insight_->needed)
        return;
    insight_->added = delta_since(before, known(record));
    insight_->added.sides_swapped = !client_known && record.client != client;
}

void Analysis::dissect(FlowRecord& record, End sender, const Segment& segment)
{
    if (record.dissected)
        return;
    if (segment.transport == Transport::tcp)
        dissect_tcp(record, sender, segment);
    else if (segment.transport == Transport::udp && segment.payload_length > 0 && !is_left_out(segment))
        dissect_udp(record, sender, segment);
}

void Analysis::begin(FlowRecord& record, const KeyedSegment& keyed, const Segment& segment, PacketPlace place)
{
    record.client = guess_client(keyed, segment);
    record.first_packet = place.number;
    record.first_file = place.file;
    if (segment.transport == Transport::tcp)
        follow_handshake(record, keyed.sender, segment);
    if (segment.transport != Transport::tcp && segment.transport != Transport::udp)
        return;
    name_by_dns(record, segment.time);
    if (number(record.address(record.server()).port) == encrypted_dns_port) {
        gaps_.add(GapKind::encrypted_dns);
        encrypted_dns_clients_.note(dns_client(record.address(record.client).address));
    }
}

void Analysis::name_by_dns(FlowRecord& record, Timestamp at)
{
    if (dns_cache_.size() == 0)
        return;
    const IpAddress source = record.address(record.client).address;
    const IpAddress client = dns_client(source);
    const IpAddress server = record.address(record.server()).address;
    const bool was_expected = expecting_ != nullptr && expecting_->may_begin && expecting_->segment.source == source;
    const std::uint32_t look = was_expected ? expecting_->dns_look : dns_cache_.look(client, server);
    const auto name = [&](const DnsCache::Candidate& candidate) {
        record.has_dns_answer = true;
        known(record).add_name({candidate.name, NameSource::dns_answer, candidate.answered, candidate.after_ttl});
    };
    dns_cache_.for_each_name(client, server, look, at, name);
}

bool Analysis::is_left_out(const Segment& segment) const
{
    return options_.own_comments && segment.payload.empty();
}

}  // namespace waybill
