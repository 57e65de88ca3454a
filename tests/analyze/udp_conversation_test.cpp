#include "analyze/flow/udp_conversation.h"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

#include "tests/analyze/event_text.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"
#include "tests/wire/quic_sealer.h"
#include "tests/wire/tls_hello_builder.h"

using namespace waybill;
using Octets = std::vector<std::byte>;

namespace {

Segment segment_of(const Octets& payload, std::uint16_t source = 40000, std::uint16_t destination = 443)
{
    Segment segment;
    segment.transport = Transport::udp;
    segment.source_port = Port{source};
    segment.destination_port = Port{destination};
    segment.payload = payload;
    segment.payload_length = static_cast<std::uint32_t>(payload.size());
    return segment;
}

Octets quic_initial()
{
    static quic::InitialOpener opener;
    test::InitialPlan plan;
    plan.destination_id = test::hex("8394c8f03e515708");
    plan.frames = test::hex(test::rfc_crypto_frame);
    plan.pad_to = 1162;
    return test::seal_client_initial(plan, opener);
}

Octets dtls_hello(std::size_t begin, std::size_t end)
{
    test::HelloBuilder hello;
    hello.legacy_version = 0xfefd;
    hello.cookie = Octets{};
    const Octets body = hello.server_name("dtls.example").body();
    return test::dtls_fragment(1, body, 0, begin, std::min(end, body.size()));
}

struct Talk {
    DissectContext dissect;
    GapCounters gaps;
    UdpContext context{dissect, gaps};
    FlowFacts facts;
};

}  // namespace

TEST_CASE("QUIC and DTLS are recognised by their first datagram, other things are not")
{
    CHECK(UdpConversation::recognise(segment_of(quic_initial())).has_value());
    CHECK(UdpConversation::recognise(segment_of(dtls_hello(0, 10))).has_value());
    for (const std::string_view other : {"", "00", "16", "40 01 02 03 04 05 06 07 08 09 0a 0b 0c", "17 fefd"})
        CHECK_FALSE(UdpConversation::recognise(segment_of(test::hex(other))).has_value());
}

TEST_CASE("a QUIC hello gives its name, and the conversation is over with it")
{
    Talk talk;
    const Octets initial = quic_initial();
    auto conversation = UdpConversation::recognise(segment_of(initial)).value();
    conversation.datagram(Side::client, segment_of(initial), talk.context, talk.facts);
    CHECK(conversation.done());
    CHECK(conversation.client() == Side::client);
    CHECK(talk.facts.protocol == Protocol::quic);
    CHECK(talk.facts.hello == HelloState::complete);
    REQUIRE(talk.facts.names.size() == 1);
    CHECK(talk.facts.names[0].name.text() == "example.com");
    CHECK(talk.facts.names[0].source == NameSource::quic_sni);
    conversation.finish(talk.context, talk.facts);
    CHECK(talk.gaps.gaps().empty());
}

TEST_CASE("who sends the hello is the client, whoever was taken for it")
{
    Talk talk;
    const Octets initial = quic_initial();
    auto conversation = UdpConversation::recognise(segment_of(initial)).value();
    conversation.datagram(Side::server, segment_of(initial), talk.context, talk.facts);
    CHECK(conversation.client() == Side::server);
}

TEST_CASE("an Initial that the capture cut leaves a hello truncated, and counted once")
{
    Talk talk;
    Octets initial = quic_initial();
    Segment cut = segment_of(initial);
    initial.resize(200);
    cut.payload = initial;
    auto conversation = UdpConversation::recognise(cut).value();
    conversation.datagram(Side::client, cut, talk.context, talk.facts);
    conversation.finish(talk.context, talk.facts);
    CHECK(talk.facts.hello == HelloState::truncated);
    CHECK(talk.gaps.count(GapKind::hello_truncated) == 1);
}

TEST_CASE("an Initial that its keys do not open is counted")
{
    Talk talk;
    Octets initial = quic_initial();
    initial.back() ^= std::byte{1};
    auto conversation = UdpConversation::recognise(segment_of(initial)).value();
    conversation.datagram(Side::client, segment_of(initial), talk.context, talk.facts);
    conversation.finish(talk.context, talk.facts);
    CHECK(talk.gaps.count(GapKind::quic_unopened) == 1);
    CHECK(talk.facts.names.empty());
}

TEST_CASE("a DTLS hello in fragments is put together, one that stays incomplete is truncated")
{
    for (const bool whole : {true, false}) {
        Talk talk;
        const Octets first = dtls_hello(0, 30);
        const Octets second = dtls_hello(30, whole ? 1000 : 50);
        auto conversation = UdpConversation::recognise(segment_of(first)).value();
        conversation.datagram(Side::client, segment_of(first), talk.context, talk.facts);
        conversation.datagram(Side::client, segment_of(second), talk.context, talk.facts);
        conversation.finish(talk.context, talk.facts);
        CHECK(talk.facts.protocol == Protocol::dtls);
        CHECK(talk.facts.hello == (whole ? HelloState::complete : HelloState::truncated));
        CHECK(talk.facts.names.size() == (whole ? 1 : 0));
        CHECK(talk.gaps.count(GapKind::hello_truncated) == (whole ? 0 : 1));
    }
}

TEST_CASE("what a recording of metadata keeps are handshakes, not what follows them")
{
    CHECK(UdpConversation::is_handshake(segment_of(quic_initial())));
    CHECK(UdpConversation::is_handshake(segment_of(dtls_hello(0, 10))));
    CHECK(UdpConversation::is_handshake(segment_of(test::hex("80 00000000 00 00 00000001"))));  // version negotiation
    CHECK_FALSE(UdpConversation::is_handshake(segment_of(test::hex("40 01 02 03 04 05 06 07 08 09"))));
    CHECK_FALSE(UdpConversation::is_handshake(segment_of(test::hex("17 fefd 0001 000000000001 0001 00"))));
    CHECK_FALSE(UdpConversation::is_handshake(segment_of({})));
}

TEST_CASE("single datagrams of NTP, STUN and WireGuard are recognised")
{
    Octets ntp(48);
    ntp[0] = std::byte{0x23};
    CHECK(recognise_datagram(segment_of(ntp, 40000, 123)) == Protocol::ntp);
    const Octets stun = test::hex("0001 0000 2112a442 000102030405060708090a0b");
    CHECK(recognise_datagram(segment_of(stun, 40000, 3478)) == Protocol::stun);
    Octets initiation(148);
    initiation[0] = std::byte{1};
    CHECK(recognise_datagram(segment_of(initiation, 40000, 51820)) == Protocol::wireguard);
    CHECK(recognise_datagram(segment_of(test::hex("00"))) == Protocol::unknown);
}
