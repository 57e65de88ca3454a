#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "analyze/decode/segment.h"
#include "analyze/dissect/context.h"
#include "analyze/dissect/quic_connection.h"
#include "analyze/dissect/side.h"
#include "model/flow_facts.h"
#include "model/gap.h"
#include "wire/dtls_hello_assembler.h"

namespace waybill {

/// What all UDP flows of one analysis share. It outlives their conversations.
class UdpContext {
public:
    /// Both are borrowed for the context's life.
    UdpContext(DissectContext& dissect, GapCounters& gaps) : dissect_{&dissect}, gaps_{&gaps} {}

    DissectContext& dissect() const { return *dissect_; }
    GapCounters& gaps() const { return *gaps_; }

    /// Made when the first flow needs it: many captures hold no QUIC, and fetching ciphers takes longer than reading a
    /// small one.
    quic::InitialOpener& opener()
    {
        if (!opener_)
            opener_ = std::make_unique<quic::InitialOpener>();
        return *opener_;
    }

private:
    DissectContext* dissect_;
    GapCounters* gaps_;
    std::unique_ptr<quic::InitialOpener> opener_;
};

/// Follows the QUIC or DTLS handshake of one UDP flow until its hello is known.
class UdpConversation {
public:
    /// Nothing for a datagram that begins neither.
    static std::optional<UdpConversation> recognise(const Segment& segment);

    /// Whether the datagram begins with a QUIC Initial, Retry or Version Negotiation, or with a DTLS handshake.
    static bool is_handshake(const Segment& segment);

    void datagram(Side side, const Segment& segment, UdpContext& context, FlowFacts& facts);

    /// The flow has ended: what was unfinished stays so, and is counted.
    void finish(UdpContext& context, FlowFacts& facts);

    bool done() const;

    /// Who sent the hello, where the handshake tells.
    std::optional<Side> client() const { return client_; }

private:
    struct Dtls {
        BothSides<dtls::HelloAssembler> sides;
    };

    explicit UdpConversation(std::unique_ptr<QuicConnection> quic) : quic_{std::move(quic)} {}
    explicit UdpConversation(std::unique_ptr<Dtls> dtls) : dtls_{std::move(dtls)} {}

    void quic_datagram(Side side, const Segment& segment, UdpContext& context, FlowFacts& facts);
    void dtls_datagram(Side side, const Segment& segment, UdpContext& context, FlowFacts& facts);

    std::unique_ptr<QuicConnection> quic_;
    std::unique_ptr<Dtls> dtls_;
    std::optional<Side> client_;
    bool server_hello_seen_ = false;
};

/// What a single datagram can be by itself, beside QUIC and DTLS: NTP, STUN, WireGuard; unknown for the rest.
Protocol recognise_datagram(const Segment& segment);

}  // namespace waybill
