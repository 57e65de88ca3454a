#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "analyze/contact/contacts.h"
#include "analyze/decode/decoder.h"
#include "analyze/dissect/context.h"
#include "analyze/flow/conversation.h"
#include "analyze/flow/flow_table.h"
#include "analyze/flow/spare.h"
#include "analyze/flow/tcp_stream.h"
#include "analyze/flow/udp_conversation.h"
#include "analyze/name/dns_cache.h"
#include "analyze/trim/facts_delta.h"
#include "model/contact.h"
#include "model/dns.h"
#include "model/flow.h"
#include "model/gap.h"
#include "model/packet.h"
#include "wire/dns_event.h"

namespace waybill {

/// The bounds of an analysis and what is known of its recording. All of it goes into a case's run.json.
struct AnalysisOptions {
    static constexpr std::size_t max_noted_clients = 4096;  ///< of which ECH or encrypted DNS is remembered

    FlowLimits flows;
    DnsCache::Bounds dns;
    Owner owner;                      ///< of every flow, until owners are recorded
    bool dns_fully_observed = false;  ///< the recording holds every DNS question of the client
    bool own_comments = false;        ///< the packets were trimmed by our recorder, whose comments say what was cut
};

/// Takes what is found while packets are read. What no sink takes is not built.
struct EventSinks {
    std::function<void(const Flow&)>
        flow;  ///< once for each flow, when it has ended; flows of one time in no set order
    std::function<void(const DnsEvent&)> dns;  ///< once for each DNS, mDNS or LLMNR message, in packet order
};

/// What one packet told, for a recorder that keeps only what names something.
struct PacketInsight {
    Bytes payload;           ///< of the innermost transport; borrowed from the packet
    bool needed = false;     ///< the payload is read again by an analysis of the trimmed recording
    std::size_t unread = 0;  ///< octets at the payload's end that are not
    FactsDelta added;        ///< what the payload said, where it is not needed
};

/// Where a packet stands in the input.
struct PacketPlace {
    std::uint16_t file = 0;    ///< index of the input
    std::uint64_t number = 0;  ///< from 1, in that input
};

struct AnalysisTotals {
    std::uint64_t packets = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t flows = 0;
    std::uint64_t dns_messages = 0;
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
};

struct AnalysisResult {
    std::vector<Contact> contacts;  ///< by id
    GapCounters gaps;
    AnalysisTotals totals;
};

/// Turns packets into flows, flows into contacts. The same packets and options give the same result and the same events
/// in the same order.
class Analysis {
public:
    Analysis(const AnalysisOptions& options, EventSinks sinks);

    /// Takes the next packet, in the order of the input.
    void add(const Packet& packet, PacketPlace place);

    /// Takes several packets of one input that follow each other, by the numbers that they have. Faster than one by
    /// one: what the later ones need is asked for while the first are dealt with.
    void add(std::span<const Packet> packets, std::uint16_t file);

    /// Takes the next packet and tells what of it is worth keeping.
    PacketInsight add_and_tell(const Packet& packet, PacketPlace place);

    /// Ends every flow and gives what was found. Nothing may be added afterwards.
    AnalysisResult finish();

private:
    /// A packet's headers, read before its turn.
    struct Expected {
        Segment segment;
        FlowTable::Look look;
        std::uint32_t dns_look = 0;  ///< where it begins a connection
        dns::Message message;        ///< where it is from a resolver
        DnsCache::Asked asked;       ///< likewise
        bool is_plain = false;       ///< else the packet is yet to be decoded
        bool begins_connection = false;
        bool is_answer = false;
    };
    static constexpr std::size_t most_expected = 16;

    // What is done for each packet is one piece of code with the loop: a call with its frame costs as much as some of
    // it.
    void add_some(std::span<const Packet> packets, std::uint16_t file);
    [[gnu::always_inline]] inline void expect(const Packet& packet, Expected& expected);
    [[gnu::always_inline]] inline void go_on(const Expected& expected) const;
    [[gnu::always_inline]] inline void note_packet(const Packet& packet);
    [[gnu::always_inline]] inline void take_here(const Segment& segment, const FlowTable::Look& look,
                                                 PacketPlace place);
    void take(const Segment& segment, const FlowTable::Look& look, PacketPlace place);
    void begin(FlowRecord& record, const KeyedSegment& keyed, const Segment& segment, PacketPlace place);
    void name_by_dns(FlowRecord& record, Timestamp at);
    FlowFacts& known(FlowRecord& record);
    Conversation& converse(FlowRecord& record);
    void end_conversation(FlowRecord& record);
    void dissect(FlowRecord& record, End sender, const Segment& segment);
    void dissect_tcp(FlowRecord& record, End sender, const Segment& segment);
    void tell_read(std::size_t octets, const Segment& segment) const;
    void dissect_udp(FlowRecord& record, End sender, const Segment& segment);
    void dissect_datagram(FlowRecord& record, End sender, const Segment& segment);
    bool dissect_dns(FlowRecord& record, const Segment& segment, Protocol dissector);
    void take_dns(FlowRecord& record, const IpAddress& receiver, Timestamp at, Protocol dissector);
    void settle(FlowRecord& record);
    void end(FlowRecord& record);
    EchState decide_ech(const FlowRecord& record);
    static EndedFlow ended_flow(const FlowRecord& record, EchState ech);
    static Flow to_flow(FlowRecord& record, const EndedFlow& ended);
    void add_dissect_counters();
    void apply_comment(std::string_view comment, Timestamp at);
    void tell_of_piece(PacketInsight& insight) const;
    void tell(FlowRecord& record, End sender, const Segment& segment);
    void take_dns_elsewhere(FlowRecord& record, const Segment& segment);
    bool is_left_out(const Segment& segment) const;

    AnalysisOptions options_;
    EventSinks sinks_;
    GapCounters gaps_;
    AnalysisTotals totals_;
    Decoder decoder_;
    DissectContext dissect_;
    UdpContext udp_;
    StreamBudget stream_budget_;
    DnsCache dns_cache_;
    dns::Message message_;
    dns::EventTeller dns_event_teller_;
    ContactTable contacts_;
    std::set<IpAddress> ech_clients_;            // were delivered an ECH configuration
    std::set<IpAddress> encrypted_dns_clients_;  // asked a resolver out of sight
    FlowRecord* current_ = nullptr;              // the flow whose DNS over TCP is being read
    PacketInsight* insight_ = nullptr;           // where add_and_tell() wants to know
    PacketPlace last_place_;
    Timestamp first_ = Timestamp::max();  // of all packets with a time: later than the last one while there is none
    Timestamp last_ = Timestamp::min();
    FlowRecord* innermost_ = nullptr;  // the flow of the packet's last segment; only within add()
    Spare<Conversation> spare_conversations_;
    Spare<FlowFacts> spare_facts_;
    FlowTable flows_;
    std::array<Expected, most_expected> expected_;
    Expected* expecting_ = nullptr;  // what is known already of the packet at hand
};

}  // namespace waybill
