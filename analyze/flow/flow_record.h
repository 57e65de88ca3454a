#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "analyze/flow/flow_key.h"
#include "model/endpoint.h"
#include "model/flow_facts.h"
#include "model/time.h"

namespace waybill {

class Conversation;

/// What one end of a flow has sent.
struct SentCounts {
    std::uint64_t packets = 0;
    std::uint64_t wire_octets = 0;
    std::uint64_t ip_octets = 0;
    std::uint64_t payload_octets = 0;
};

constexpr std::uint32_t no_flow = 0xffffffff;  ///< the end of a list of flows

/// An open flow as the table holds it: small, for a million may be open at once.
struct FlowRecord {
    FlowKey key;
    std::uint64_t id = 0;  ///< order of the flow's first packet, from 1
    Timestamp first;
    Timestamp last;
    std::array<SentCounts, 2> sent;  ///< by End
    std::uint64_t first_packet = 0;  ///< 1-based number in its file
    std::uint64_t last_packet = 0;
    std::uint16_t first_file = 0;  ///< index into the list of inputs
    std::uint16_t last_file = 0;
    std::uint32_t timer_previous = no_flow;
    std::uint32_t timer_next = no_flow;
    std::uint32_t initial_sequence = 0;  ///< of the client's SYN
    std::int64_t timer_second = 0;       ///< the wheel's bucket that holds it

    Transport transport = Transport::other;
    End client = End::low;
    End talk_client = End::low;  ///< the client as the conversation knows it
    bool client_known = false;   ///< by a handshake, not by who was seen first
    bool syn_seen = false;
    bool established = false;        ///< both ends have sent
    std::array<bool, 2> finished{};  ///< FIN seen, by End
    bool reset = false;
    bool dissected = false;         ///< nothing more is looked for in the payload
    bool has_dns_answer = false;    ///< a DNS answer named the server's address before the flow began
    std::uint8_t unrecognised = 0;  ///< datagrams in which nothing was recognised

    std::unique_ptr<Conversation> conversation;  ///< while the payload is followed
    std::unique_ptr<FlowFacts> facts;            ///< once anything is known

    FlowRecord();
    FlowRecord(FlowRecord&&) noexcept;
    FlowRecord& operator=(FlowRecord&&) noexcept;
    FlowRecord(const FlowRecord&) = delete;
    FlowRecord& operator=(const FlowRecord&) = delete;
    ~FlowRecord();

    bool ended() const { return reset || (finished[0] && finished[1]); }
    End server() const { return other(client); }
    SocketAddress address(End end) const
    {
        return end == End::low ? SocketAddress{key.low, Port{key.low_port}}
                               : SocketAddress{key.high, Port{key.high_port}};
    }
    FlowFacts& known()
    {
        if (!facts)
            facts = std::make_unique<FlowFacts>();
        return *facts;
    }
};

}  // namespace waybill
