#pragma once

#include <array>
#include <cstdint>
#include <limits>
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

/// An open flow as the table holds it: small, for a million may be open at once, and three cache lines exactly, for
/// most are cold when they are touched again.
struct alignas(64) FlowRecord {
    static constexpr std::int64_t no_second = std::numeric_limits<std::int64_t>::min();

    FlowKey key;
    std::int64_t timer_second = no_second;  ///< the wheel's bucket in which it is meant
    Timestamp first;
    Timestamp last;
    std::array<SentCounts, 2> sent;  ///< by End
    std::uint64_t id = 0;            ///< order of the flow's first packet, from 1
    std::uint64_t first_packet = 0;  ///< 1-based number in its file
    std::uint64_t last_packet = 0;
    std::uint16_t first_file = 0;  ///< index into the list of inputs
    std::uint16_t last_file = 0;
    std::uint32_t hash = 0;              ///< of the key
    std::uint32_t initial_sequence = 0;  ///< of the client's SYN
    std::uint32_t contact = 0;           ///< its place among the contacts, once `settled`

    std::unique_ptr<Conversation> conversation;  ///< while the payload is followed
    std::unique_ptr<FlowFacts> facts;            ///< once more than the protocol is known, as long as that is wanted

    Transport transport = Transport::other;
    Protocol protocol = Protocol::unknown;  ///< where there are no `facts`
    EchState ech = EchState::not_offered;   ///< likewise
    std::uint8_t unrecognised = 0;          ///< datagrams in which nothing was recognised
    std::array<bool, 2> finished{};         ///< FIN seen, by End
    End client : 1 = End::low;
    End talk_client : 1 = End::low;  ///< the client as the conversation knows it
    bool client_known : 1 = false;   ///< by a handshake, not by who was seen first
    bool syn_seen : 1 = false;
    bool reset : 1 = false;
    bool dissected : 1 = false;       ///< nothing more is looked for in the payload
    bool settled : 1 = false;         ///< `contact` is decided, perhaps to none
    bool has_dns_answer : 1 = false;  ///< a DNS answer named the server's address before the flow began

    FlowRecord();
    FlowRecord(FlowRecord&&) noexcept;
    FlowRecord& operator=(FlowRecord&&) noexcept;
    FlowRecord(const FlowRecord&) = delete;
    FlowRecord& operator=(const FlowRecord&) = delete;
    ~FlowRecord();

    bool ended() const { return reset || (finished[0] && finished[1]); }
    bool established() const { return sent[0].packets != 0 && sent[1].packets != 0; }  ///< both ends have sent
    End server() const { return other(client); }
    SocketAddress address(End end) const
    {
        return end == End::low ? SocketAddress{key.low_address(), key.low_port()}
                               : SocketAddress{key.high_address(), key.high_port()};
    }
    Protocol known_protocol() const { return facts ? facts->protocol : protocol; }
    EchState known_ech() const { return facts ? facts->ech : ech; }
    void set_protocol(Protocol recognised) { (facts ? facts->protocol : protocol) = recognised; }
};
static_assert(sizeof(FlowRecord) == 192);

}  // namespace waybill
