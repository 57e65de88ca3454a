#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "analyze/analysis_options.h"
#include "analyze/contact/contacts.h"
#include "analyze/decode/decoder.h"
#include "analyze/dissect/context.h"
#include "analyze/flow/conversation.h"
#include "analyze/flow/flow_table.h"
#include "analyze/flow/phase_ledger.h"
#include "analyze/flow/spare.h"
#include "analyze/flow/tcp_stream.h"
#include "analyze/flow/udp_conversation.h"
#include "analyze/name/dns_cache.h"
#include "analyze/noted_clients.h"
#include "model/packet.h"
#include "wire/dns_event.h"

namespace waybill {

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
        std::uint32_t dns_look = 0;  ///< where it may begin a flow
        dns::Message message;        ///< where it is from a resolver
        DnsCache::Asked asked;       ///< likewise
        bool is_plain = false;       ///< else the packet is yet to be decoded
        bool may_begin = false;
        bool is_answer = false;
    };
    static constexpr std::size_t most_expected = 16;

    /// Some of the expected packets, by index.
    struct Chosen {
        std::array<std::uint8_t, most_expected> indexes{};
        std::size_t count = 0;

        /// Without a branch: which packets are of a kind cannot be guessed.
        void add_if(bool is_chosen, std::size_t at)
        {
            indexes[count] = static_cast<std::uint8_t>(at);
            count += is_chosen ? 1 : 0;
        }
        std::span<const std::uint8_t> all() const { return std::span{indexes}.first(count); }
    };

    // What is done for each packet is one piece of code with the loop: a call with its frame costs as much as some of
    // it.
    void add_some(std::span<const Packet> packets, std::uint16_t file);
    [[gnu::always_inline]] inline void expect(const Packet& packet, Expected& expected);
    [[gnu::always_inline]] inline void look_ahead(std::span<const Packet> packets);
    [[gnu::always_inline]] inline void note_packet(const Packet& packet);
    [[gnu::always_inline]] inline void take_here(const Segment& segment, const FlowTable::Look& look,
                                                 PacketPlace place);
    void take(const Segment& segment, const FlowTable::Look& look, PacketPlace place);
    void begin(FlowRecord& record, const KeyedSegment& keyed, const Segment& segment, PacketPlace place);
    /// By what DNS answers are remembered. A machine asks its resolver from one address, and connects from another.
    IpAddress dns_client(const IpAddress& address) const { return options_.one_client ? IpAddress{} : address; }
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
    void part_sockets(const Segment& segment, const FlowTable::Look& look);
    Owner recorded_owner(const FlowRecord& record) const;
    void settle(FlowRecord& record);
    std::vector<PhaseVolume> volumes_by_phase(const FlowRecord& record);
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
    NotedClients ech_clients_;            // were delivered an ECH configuration
    NotedClients encrypted_dns_clients_;  // asked a resolver out of sight
    FlowRecord* current_ = nullptr;       // the flow whose DNS over TCP is being read
    PacketInsight* insight_ = nullptr;    // where add_and_tell() wants to know
    PacketPlace last_place_;
    Timestamp first_ = Timestamp::max();  // of all packets with a time: later than the last one while there is none
    Timestamp last_ = Timestamp::min();
    FlowRecord* innermost_ = nullptr;  // the flow of the packet's last segment; only within add()
    Spare<Conversation> spare_conversations_;
    Spare<FlowFacts> spare_facts_;
    PhaseLedger phases_;
    FlowTable flows_;
    std::array<Expected, most_expected> expected_;
    Expected* expecting_ = nullptr;  // what is known already of the packet at hand
};

}  // namespace waybill
