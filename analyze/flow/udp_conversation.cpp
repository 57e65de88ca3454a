#include "analyze/flow/udp_conversation.h"

#include <utility>

#include "analyze/dissect/observation.h"
#include "analyze/dissect/tls_stream.h"
#include "wire/dtls_record.h"
#include "wire/ntp.h"
#include "wire/quic_packet.h"
#include "wire/stun.h"
#include "wire/tls_client_hello.h"
#include "wire/tls_server_hello.h"
#include "wire/wireguard.h"

namespace waybill {
namespace {

FlowEnd flow_end(Side side)
{
    return side == Side::client ? FlowEnd::first : FlowEnd::second;
}

}  // namespace

std::optional<UdpConversation> UdpConversation::recognise(const Segment& segment)
{
    if (quic::looks_like_quic(segment.payload, segment.payload_length))
        return UdpConversation{std::make_unique<QuicConnection>()};
    if (dtls::looks_like_dtls(segment.payload))
        return UdpConversation{std::make_unique<Dtls>()};
    return std::nullopt;
}

bool UdpConversation::is_handshake(const Segment& segment)
{
    constexpr std::byte dtls_handshake{22};  // RFC 6347, 4.1
    if (const auto packet = quic::parse_packet(segment.payload, segment.payload_length)) {
        using enum quic::PacketType;
        if (packet->type == initial || packet->type == retry || packet->type == version_negotiation)
            return true;
    }
    return !segment.payload.empty() && segment.payload.front() == dtls_handshake;
}

void UdpConversation::datagram(Side side, const Segment& segment, UdpContext& context, FlowFacts& facts)
{
    if (quic_)
        quic_datagram(side, segment, context, facts);
    else
        dtls_datagram(side, segment, context, facts);
}

void UdpConversation::quic_datagram(Side side, const Segment& segment, UdpContext& context, FlowFacts& facts)
{
    const Observation seen{context.dissect(), facts, segment.time};
    seen.recognise(Protocol::quic);
    const QuicState state = quic_->feed({segment.payload, segment.payload_length, flow_end(side)}, context.opener());
    if (quic_->client())
        client_ = *quic_->client() == FlowEnd::first ? Side::client : Side::server;
    if (state != QuicState::hello)
        return;
    if (const auto hello = tls::parse_client_hello(quic_->hello(), tls::HelloTransport::quic)) {
        add_client_hello(*hello, NameSource::quic_sni, seen);
    } else {
        facts.hello = HelloState::malformed;
        context.gaps().add(GapKind::hello_malformed);
    }
}

void UdpConversation::dtls_datagram(Side side, const Segment& segment, UdpContext& context, FlowFacts& facts)
{
    const Observation seen{context.dissect(), facts, segment.time};
    seen.recognise(Protocol::dtls);
    Bytes rest = segment.payload;
    auto& assembler = dtls_->sides[side];
    while (const auto message = assembler.next(rest)) {  // each turn takes a record or more
        if (message->type == tls::HandshakeType::client_hello) {
            client_ = side;
            if (const auto hello = tls::parse_client_hello(*message, tls::HelloTransport::dtls))
                add_client_hello(*hello, NameSource::dtls_sni, seen);
            else
                context.gaps().add(GapKind::hello_malformed);
        } else if (const auto hello = tls::parse_server_hello(message->body)) {
            facts.server = tls::facts(*hello);
            server_hello_seen_ = !hello->hello_retry_request;
        }
    }
}

void UdpConversation::finish(UdpContext& context, FlowFacts& facts)
{
    if (quic_) {
        const QuicCounts& counts = quic_->counts();
        context.gaps().add(GapKind::quic_unopened, counts.unopened);
        if (quic_->ambiguous() && !std::exchange(facts.ambiguous, true))
            context.gaps().add(GapKind::stream_ambiguous);
        if (facts.hello != HelloState::absent)
            return;
        if (quic_->state() == QuicState::malformed) {
            facts.hello = HelloState::malformed;
            context.gaps().add(GapKind::hello_malformed);
        } else if (quic_->state() == QuicState::truncated || counts.opened > 0 || counts.cut > 0) {
            facts.hello = HelloState::truncated;
            context.gaps().add(GapKind::hello_truncated);
        }
        return;
    }
    const HelloState state = dtls_->sides[client_.value_or(Side::client)].state();
    if (facts.hello == HelloState::absent && state != HelloState::complete) {
        facts.hello = state;
        if (state == HelloState::truncated)
            context.gaps().add(GapKind::hello_truncated);
        else if (state == HelloState::malformed)
            context.gaps().add(GapKind::hello_malformed);
    }
}

bool UdpConversation::done() const
{
    return quic_ ? quic_->done() : server_hello_seen_;
}

Protocol recognise_datagram(const Segment& segment)
{
    const Bytes payload = segment.payload;
    if (stun::looks_like_stun(payload, segment.payload_length, segment.source_port, segment.destination_port))
        return Protocol::stun;
    if (ntp::looks_like_ntp(payload, segment.payload_length, segment.source_port, segment.destination_port))
        return Protocol::ntp;
    if (wireguard::recognise(payload, segment.payload_length))
        return Protocol::wireguard;
    return Protocol::unknown;
}

}  // namespace waybill
