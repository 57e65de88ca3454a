#include "analyze/analysis.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/analyze/event_text.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"
#include "tests/wire/dns_builder.h"
#include "tests/wire/tls_hello_builder.h"
#include "wire/transport.h"

using namespace waybill;
using test::at_second;
using test::OwnedPacket;
using test::Peer;
using test::TcpTalk;
using test::told;

namespace {

using Packets = std::vector<OwnedPacket>;
using Octets = std::vector<std::byte>;
using Names = std::vector<std::string>;

constexpr Peer client{"192.0.2.10", 40000};
constexpr Peer server{"198.51.100.7", 443};
constexpr Peer resolver{"192.0.2.53", 53};

Octets client_hello(std::string_view name, bool with_ech = false)
{
    test::HelloBuilder hello;
    hello.server_name(name);
    if (with_ech)  // RFC 9849, 5: an outer hello
        hello.extension(0xfe0d, test::hex("00 0001 0001 2a 0001 41 0002 4242"));
    return test::record(22, test::handshake(1, hello.body()));
}

void put(Packets& packets, Octets frame, std::int64_t second)
{
    packets.push_back(test::packet_of(std::move(frame), at_second(second)));
}

void answer(Packets& packets, std::string_view name, std::string_view address, std::int64_t second,
            std::string_view asker = client.address)
{
    test::DnsBuilder message{test::DnsBuilder::response};
    const IpAddress named = IpAddress::parse(address).value();
    const Bytes octets = named.octets();
    message.question(name, octets.size() == 4 ? dns::Type::a : dns::Type::aaaa)
        .answer("@", octets.size() == 4 ? dns::Type::a : dns::Type::aaaa, 60, {octets.begin(), octets.end()});
    put(packets, test::udp_frame(resolver, {asker, 50000}, message.octets()), second);
}

void open(Packets& packets, const Peer& from, const Peer& to, std::int64_t second)
{
    put(packets, test::tcp_frame(from, to, {1000, 0, TcpHeader::syn}), second);
}

/// The flow to that server, of those that there are.
const Flow& flow_to(const test::Told& all, std::string_view address)
{
    for (const Flow& flow : all.flows)
        if (flow.server.address.text() == address)
            return flow;
    FAIL("no flow to ", address);
    return all.flows.front();
}

}  // namespace

TEST_CASE("totals are the sum over the packets, and flows count each way what their packets say")
{
    Packets packets;
    TcpTalk{packets, client, server, at_second(0)}.handshake().client("hello").server("good day").close();
    put(packets, test::udp_frame(client, {"198.51.100.8", 9999}, as_octets("x")), 5);
    put(packets, test::hex("020000000001 020000000002 0806 0001"), 6);  // ARP: a packet of no flow
    const auto all = told(packets);
    std::uint64_t octets = 0;
    for (const OwnedPacket& packet : packets)
        octets += packet.wire_length;
    CHECK(all.result.totals.packets == packets.size());
    CHECK(all.result.totals.wire_bytes == octets);
    CHECK(all.result.totals.flows == 2);
    CHECK(all.result.totals.first == at_second(0));
    CHECK(all.result.totals.last == at_second(6));
    REQUIRE(all.flows.size() == 2);
    CHECK(all.flows[0].out == Volume{6, 6 * 54 + 5, 6 * 40 + 5, 5});
    CHECK(all.flows[0].in == Volume{4, 4 * 54 + 8, 4 * 40 + 8, 8});
    CHECK(all.flows[0].packets.first == 1);
    CHECK(all.flows[0].packets.last == 10);
    CHECK(all.flows[1].out == Volume{1, 43, 29, 1});
}

TEST_CASE("the client is who sent the SYN, who was sent its answer, or who is not at a service's port")
{
    struct Row {
        std::string_view what;
        Peer from;
        Peer to;
        std::uint8_t flags;
        bool sender_is_client;
        bool by_handshake;
    };
    const Peer high{"198.51.100.7", 50505};
    const Row rows[] = {
        {"SYN to a high port", client, high, TcpHeader::syn, true, true},
        {"SYN from a low port", server, client, TcpHeader::syn, true, true},
        {"SYN and ACK", server, client, TcpHeader::syn | TcpHeader::ack, false, true},
        {"in the middle, from a service", server, client, TcpHeader::ack, false, false},
        {"in the middle, to a service", client, server, TcpHeader::ack, true, false},
        {"in the middle, both high", client, high, TcpHeader::ack, true, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Packets packets;
        put(packets, test::tcp_frame(row.from, row.to, {1, 1, row.flags}), 0);
        const auto all = told(packets);
        const Peer& expected = row.sender_is_client ? row.from : row.to;
        CHECK(number(all.flows.at(0).client.port) == expected.port);
        CHECK(all.flows.at(0).client_by_handshake == row.by_handshake);
        CHECK((all.flows.at(0).out.packets == 1) == row.sender_is_client);
    }
}

TEST_CASE("a SYN that is captured after its answer and the first data is no new connection")
{
    Packets packets;
    put(packets, test::tcp_frame(server, client, {5000, 1001, TcpHeader::syn | TcpHeader::ack}), 0);
    put(packets, test::tcp_frame(client, server, {1001, 5001, TcpHeader::ack}, as_octets("data")), 0);
    put(packets, test::tcp_frame(client, server, {1000, 0, TcpHeader::syn}), 0);
    CHECK(told(packets).flows.size() == 1);
}

TEST_CASE("a port that is used again is a flow of its own, with names of its own")
{
    Packets packets;
    TcpTalk first{packets, client, server, at_second(0)};
    first.handshake().client(client_hello("one.example")).close();
    TcpTalk second{packets, client, server, at_second(1)};
    second.client_sequence = 99;
    second.handshake().client(client_hello("two.example"));
    const auto all = told(packets);
    REQUIRE(all.flows.size() == 2);
    CHECK(test::names(all.flows[0]) == Names{"tls-sni one.example"});
    CHECK(test::names(all.flows[1]) == Names{"tls-sni two.example"});
    CHECK(all.flows[0].out.packets + all.flows[1].out.packets + all.flows[0].in.packets + all.flows[1].in.packets ==
          packets.size());
}

TEST_CASE("a DNS answer names what its client then contacts: not for others, not before, not special addresses")
{
    Packets packets;
    open(packets, client, {"198.51.100.1", 443}, 0);  // before the answer
    answer(packets, "early.example", "198.51.100.1", 1);
    answer(packets, "named.example", "198.51.100.2", 1);
    answer(packets, "others.example", "198.51.100.3", 1, "192.0.2.99");
    answer(packets, "loop.example", "127.0.0.1", 1);
    answer(packets, "six.example", "2001:db8::7", 1);
    open(packets, client, {"198.51.100.2", 443}, 2);
    open(packets, client, {"198.51.100.3", 443}, 2);
    open(packets, {client.address, 40001}, {"127.0.0.1", 443}, 2);
    open(packets, {"192.0.2.99", 40001}, {"198.51.100.2", 443}, 2);
    open(packets, {client.address, 40009}, {"198.51.100.2", 8443}, 100);  // past the time to live
    const auto all = told(packets);
    CHECK(test::names(flow_to(all, "198.51.100.1")).empty());
    CHECK(test::names(flow_to(all, "198.51.100.2")) == Names{"dns-answer named.example"});
    CHECK(test::names(flow_to(all, "198.51.100.3")).empty());
    CHECK(test::names(flow_to(all, "127.0.0.1")).empty());
    for (const Flow& flow : all.flows) {
        if (flow.client.address.text() == "192.0.2.99")
            CHECK(flow.facts.names.empty());
        if (number(flow.server.port) == 8443)
            CHECK(flow.facts.names.at(0).after_ttl);
    }
    CHECK_FALSE(flow_to(all, "198.51.100.2").facts.names.at(0).after_ttl);
    CHECK(all.result.totals.dns_messages == 5);
}

TEST_CASE("where all that asks is one machine, an answer to one of its addresses names what another one contacts")
{
    constexpr Peer other_end{"2001:db8::10", 40001};
    Packets packets;
    answer(packets, "six.example", "2001:db8::7", 0);  // asked over IPv4
    open(packets, other_end, {"2001:db8::7", 443}, 1);
    CHECK(test::names(flow_to(told(packets), "2001:db8::7")).empty());
    AnalysisOptions options;
    options.one_client = true;
    CHECK(test::names(flow_to(told(packets, options), "2001:db8::7")) == Names{"dns-answer six.example"});
}

TEST_CASE("several DNS answers for one address are candidates, and a hello's name settles it")
{
    Packets packets;
    answer(packets, "one.example", server.address, 0);
    answer(packets, "two.example", server.address, 0);
    open(packets, client, server, 1);
    TcpTalk talk{packets, {client.address, 40001}, server, at_second(2)};
    talk.handshake().client(client_hello("two.example"));
    const auto all = told(packets);
    const auto& contacts = all.result.contacts;
    REQUIRE(contacts.size() == 3);  // the resolver, the address, the name
    bool address = false;
    bool name = false;
    for (const Contact& contact : contacts) {
        address |= !contact.endpoint.host && contact.candidates == Names{"two.example", "one.example"};
        name |= contact.endpoint.host == "two.example" && contact.candidates.empty();
    }
    CHECK(address);
    CHECK(name);
}

TEST_CASE("an outer name stands only where the client's DNS was seen and gave it no configuration")
{
    struct Row {
        std::string_view what;
        bool asked;
        bool configured;
        bool encrypted_dns;
        bool fully_observed;
        EchState state;
    };
    using enum EchState;
    const Row rows[] = {
        {"no DNS seen", false, false, false, false, outer_name_only},
        {"answered without a configuration", true, false, false, false, outer_name_stands},
        {"all DNS seen", false, false, false, true, outer_name_stands},
        {"a configuration came", true, true, false, true, outer_name_only},
        {"a resolver out of sight", true, false, true, true, outer_name_only},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Packets packets;
        if (row.asked)
            answer(packets, "outer.example", server.address, 0);
        if (row.configured) {
            // RFC 9460: priority 1, target ".", key 5 (ech)
            const auto https = test::hex("0001 00 0005 0004 00020000");
            const auto message = test::DnsBuilder{test::DnsBuilder::response}
                                     .question("outer.example", dns::Type::https)
                                     .answer("@", dns::Type::https, 60, https);
            put(packets, test::udp_frame(resolver, {client.address, 50000}, message.octets()), 0);
        }
        if (row.encrypted_dns)
            open(packets, {client.address, 40005}, {"192.0.2.53", 853}, 0);
        TcpTalk{packets, client, server, at_second(1)}.handshake().client(client_hello("outer.example", true));
        AnalysisOptions options;
        options.dns_fully_observed = row.fully_observed;
        const auto all = told(packets, options);
        CHECK(flow_to(all, server.address).facts.ech == row.state);
        CHECK(all.gap(GapKind::ech_outer_name_only) == (row.state == outer_name_only ? 1 : 0));
        CHECK(all.gap(GapKind::encrypted_dns) == (row.encrypted_dns ? 1 : 0));
    }
}

TEST_CASE("given-up fragments count in their flow, and point at a packet that exists")
{
    Packets packets;
    const Octets datagram = test::udp_datagram(40000, 9999, as_octets(std::string(100, 'a')));
    put(packets, test::udp_frame(client, {"198.51.100.8", 9999}, as_octets("x")), 0);
    const auto piece = [&](std::size_t begin, std::size_t end, bool more) {
        return test::ethernet(test::ip_fragment(client.address, "198.51.100.8", 17,
                                                {5, static_cast<std::uint32_t>(begin), more},
                                                Bytes{datagram}.subspan(begin, end - begin)));
    };
    put(packets, piece(0, 48, true), 1);
    const auto all = told(packets);
    REQUIRE(all.flows.size() == 1);
    CHECK(all.flows[0].out.packets == 2);
    CHECK(all.flows[0].out.ip_bytes == 29 + 68);
    CHECK(all.flows[0].packets.last == 2);
    CHECK(all.gap(GapKind::fragments_incomplete) == 1);
}

TEST_CASE("a conversation inside a tunnel is a flow and a contact of its own, marked so")
{
    Packets inner;
    TcpTalk{inner, client, server, at_second(0)}.handshake().client(client_hello("inside.example"));
    Packets packets;
    for (const OwnedPacket& packet : inner) {
        Octets gre = test::hex("0000 6558");
        gre.insert(gre.end(), packet.octets.begin(), packet.octets.end());
        put(packets, test::ethernet(test::ip_packet("203.0.113.1", "203.0.113.2", 47, gre)), 0);
    }
    const auto all = told(packets);
    REQUIRE(all.flows.size() == 2);
    CHECK(all.flows[0].tunnel_depth == 0);
    CHECK(all.flows[1].tunnel_depth == 1);
    CHECK(all.flows[1].out.packets == all.flows[0].out.packets - 2);  // both ends' packets go through one way
    CHECK(all.flows[1].out.ip_bytes + all.flows[1].in.ip_bytes + std::uint64_t{5} * (20 + 4 + 14) ==
          all.flows[0].out.ip_bytes);
    bool tunnelled = false;
    for (const Contact& contact : all.result.contacts)
        tunnelled |= contact.tunnelled && contact.endpoint.host == "inside.example";
    CHECK(tunnelled);
}

TEST_CASE("a name learnt from a head that the capture cut has the time of its packet")
{
    Packets packets;
    TcpTalk talk{packets, client, {server.address, 80}, at_second(10)};
    talk.handshake().client("GET / HTTP/1.1\r\nHost: cut.example\r\nCookie: " + std::string(200, 'x'));
    OwnedPacket& request = packets.at(3);
    request.octets.resize(request.octets.size() - 150);
    const auto all = told(packets);
    REQUIRE(test::names(all.flows.at(0)) == Names{"http-host cut.example"});
    CHECK(all.flows.at(0).facts.names.at(0).at == request.time);
    CHECK(all.gap(GapKind::snap_length) == 1);
}

TEST_CASE("packets without a time are counted, and times anywhere break nothing")
{
    Packets packets;
    const Timestamp times[] = {Timestamp{}, Timestamp::max(), Timestamp::min(), at_second(0), Timestamp::max()};
    for (const Timestamp time : times) {
        TcpTalk talk{packets, client, server, at_second(0)};
        talk.handshake().client(client_hello("a.example"));
        for (std::size_t back = 1; back <= 5; ++back)
            packets.at(packets.size() - back).time = time;
        answer(packets, "a.example", server.address, 0);
        packets.back().time = time;
    }
    const auto all = told(packets);
    std::uint64_t counted = 0;
    for (const Flow& flow : all.flows)
        counted += flow.out.packets + flow.in.packets;
    CHECK(counted == packets.size());
    CHECK(all.result.totals.first == Timestamp::min());

    Analysis analysis{{}, {}};
    Packet packet = packets.front().view();
    packet.has_time = false;
    analysis.add(packet, {0, 1});
    const auto result = analysis.finish();
    CHECK(result.gaps.count(GapKind::no_timestamp) == 1);
    CHECK_FALSE(result.totals.first.has_value());
}

TEST_CASE("the same packets give the same events in the same order")
{
    Packets packets;
    for (std::uint16_t i = 0; i < 300; ++i) {
        const std::int64_t second = std::int64_t{i} * 40;
        if (i % 5 == 0)
            answer(packets, "N" + std::to_string(i % 7) + ".example", server.address, second);
        TcpTalk talk{packets, {client.address, static_cast<std::uint16_t>(30000 + i)}, server, at_second(second)};
        talk.handshake().client(client_hello("n" + std::to_string(i % 7) + ".example"));
        if (i % 3 == 0)
            talk.close();
    }
    AnalysisOptions options;
    options.flows.max_flows = 64;
    const auto once = told(packets, options);
    CHECK(once.events == told(packets, options).events);
    CHECK(once.flows.size() == 301);                            // one of them is with the resolver
    CHECK(once.events == told(packets, options, true).events);  // added together, not one by one
}
