#include "analyze/trim/metadata_trimmer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/analyze/event_text.h"
#include "tests/support/octets.h"
#include "tests/support/packet_builder.h"
#include "tests/wire/dns_builder.h"
#include "tests/wire/quic_sealer.h"
#include "tests/wire/tls_hello_builder.h"

using namespace waybill;
using test::OwnedPacket;
using test::Peer;
using test::TcpTalk;

namespace {

using Packets = std::vector<OwnedPacket>;
using Octets = std::vector<std::byte>;

constexpr std::string_view secret = "Secret-Payload-0123456789";  // must never be recorded

constexpr Peer client{"192.0.2.10", 40000};
constexpr Peer resolver{"192.0.2.53", 53};

Octets client_hello(std::string_view name)
{
    const auto body = test::HelloBuilder{}.server_name(name).alpn({"h2"}).versions({0x0304}).body();
    return test::record(22, test::handshake(1, body));
}

Octets server_hello()
{
    return test::hex(
        "160303 002a | 02 000026 | 0303 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
        " | 00 | 1301 | 00");
}

Octets tls_data()
{
    Octets out = test::hex("170303 0019");
    const Bytes body = as_octets(secret);
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

void talk_tls(TcpTalk& talk, std::string_view name)
{
    talk.client(client_hello(name)).server(server_hello()).server(tls_data()).client(tls_data()).client(tls_data());
}

std::string with_secret(std::string_view head)
{
    return std::string{head} + std::string{secret};
}

/// A second for each packet so far.
Timestamp next_time(const Packets& packets)
{
    return test::at_second(static_cast<std::int64_t>(packets.size()));
}

/// Another port for each conversation in one recording.
Peer next_client(const Packets& packets)
{
    return {client.address, static_cast<std::uint16_t>(40000 + packets.size())};
}

void add_udp(Packets& packets, const Peer& from, const Peer& to, Bytes payload)
{
    const auto time = next_time(packets);
    packets.push_back(test::packet_of(test::udp_frame(from, to, payload), time));
}

TcpTalk connection(Packets& packets, std::uint16_t port)
{
    TcpTalk talk{packets, next_client(packets), {"198.51.100.7", port}, next_time(packets)};
    talk.handshake();
    return talk;
}

Octets dns_query(std::string_view name)
{
    return test::DnsBuilder{test::DnsBuilder::query}.question(name, dns::Type::a).octets();
}

Octets dns_answer(std::string_view name)
{
    return test::DnsBuilder{test::DnsBuilder::response}
        .question(name, dns::Type::a)
        .answer("@", dns::Type::a, 60, test::hex("c6336407"))
        .octets();
}

Octets with_length(const Octets& message)
{
    return test::vector_of(message, 2);
}

// --- Conversations, each with the secret wherever payload is of no use.

void keep_alive(Packets& packets)
{
    auto talk = connection(packets, 8080);
    talk.client(with_secret("POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Length: 25\r\n\r\n"))
        .server(with_secret("HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n"))
        .client("GET /b HTTP/1.1\r\nHo")
        .client(with_secret("st: b.example\r\nX: ") + "\r\n\r\n")
        .server(with_secret("HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n"))
        .close();
}

void connect_then_tls(Packets& packets)
{
    auto talk = connection(packets, 3128);
    talk.client(with_secret("CONNECT proxied.example:443 HTTP/1.1\r\nHost: proxied.example:443\r\nX: ") + "\r\n\r\n")
        .server("HTTP/1.1 200 Connection established\r\n\r\n");
    talk_tls(talk, "inner.example");
    talk.close();
}

void socks_then_tls(Packets& packets)
{
    auto talk = connection(packets, 1080);
    talk.client(test::hex("05 01 00")).server(test::hex("05 00"));
    talk.client(test::hex("05 01 00 03 0b 74 61 72 67 65 74 2e 74 65 73 74 01bb"))
        .server(test::hex("05 00 00 01 00000000 0000"));
    talk_tls(talk, "inner.example");
    talk.close();
}

void smtp_then_tls(Packets& packets)
{
    auto talk = connection(packets, 587);
    talk.server("220 mail.example ESMTP\r\n")
        .client("EHLO host.example\r\n")
        .server("250-mail.example\r\n250 STARTTLS\r\n")
        .client("STARTTLS\r\n")
        .server("220 go ahead\r\n");
    talk_tls(talk, "mail.example");
    talk.close();
}

void tls_in_pieces(Packets& packets)
{
    auto talk = connection(packets, 443);
    const Octets hello = client_hello("pieces.example");
    talk.client(Bytes{hello}.first(60)).client(Bytes{hello}.subspan(60, 30)).client(Bytes{hello}.subspan(90));
    const Octets answer = server_hello();
    talk.server(Bytes{answer}.first(3)).server(Bytes{answer}.subspan(3)).client(tls_data()).close();
}

void tls_header_alone(Packets& packets)
{
    auto talk = connection(packets, 443);
    const Octets hello = client_hello("header.example");
    talk.client(Bytes{hello}.first(2)).client(Bytes{hello}.subspan(2)).server(server_hello()).client(tls_data());
}

void quic(Packets& packets)
{
    static waybill::quic::InitialOpener opener;
    test::InitialPlan plan;
    plan.destination_id = test::hex("8394c8f03e515708");
    plan.frames = test::hex(test::rfc_crypto_frame);
    plan.pad_to = 1162;
    const Peer server{"198.51.100.7", 443};
    add_udp(packets, client, server, test::seal_client_initial(plan, opener));
    Octets short_header = test::hex("40");
    const Bytes body = as_octets(secret);
    short_header.insert(short_header.end(), body.begin(), body.end());
    add_udp(packets, server, client, short_header);
    add_udp(packets, client, server, short_header);
}

void dtls(Packets& packets)
{
    const auto body = [] {
        test::HelloBuilder hello;
        hello.legacy_version = 0xfefd;
        hello.cookie = Octets{};
        return hello.server_name("dtls.example").body();
    }();
    const Peer server{"198.51.100.7", 4433};
    add_udp(packets, client, server, test::dtls_fragment(1, body, 0, 0, 40));
    add_udp(packets, client, server, test::dtls_fragment(1, body, 0, 40, body.size()));
    Octets data = test::hex("17 fefd 0001 000000000001 0019");
    const Bytes hidden = as_octets(secret);
    data.insert(data.end(), hidden.begin(), hidden.end());
    add_udp(packets, server, client, data);
    add_udp(packets, client, server, data);
}

void dns_over_udp(Packets& packets)
{
    const Peer asker{client.address, 50001};
    add_udp(packets, asker, resolver, dns_query("udp.example"));
    add_udp(packets, resolver, asker, dns_answer("udp.example"));
    auto talk = connection(packets, 443);
    talk_tls(talk, "udp.example");
    add_udp(packets, asker, resolver, test::hex("1234 0100 0001"));  // malformed
}

void dns_elsewhere(Packets& packets)
{
    const Peer asker{client.address, 50002};
    const Peer odd{"192.0.2.53", 5300};
    add_udp(packets, asker, odd, dns_query("odd.example"));
    add_udp(packets, odd, asker, dns_answer("odd.example"));
}

void dns_over_tcp(Packets& packets)
{
    TcpTalk talk{packets, next_client(packets), resolver, next_time(packets)};
    const Octets answer = with_length(dns_answer("tcp.example"));
    talk.handshake().client(with_length(dns_query("tcp.example")));
    talk.server(Bytes{answer}.first(7)).server(Bytes{answer}.subspan(7)).close();
}

void ssh(Packets& packets)
{
    auto talk = connection(packets, 22);
    talk.server("SSH-2.0-Same_1\r\n").client("SSH-2.0-Same_1\r\n").client(with_secret("")).server(with_secret(""));
}

void unknown_tcp(Packets& packets)
{
    auto talk = connection(packets, 9999);
    talk.client(with_secret("\x01\x02")).server(with_secret("\x03\x04")).client(with_secret("\x05")).close();
}

void unknown_udp(Packets& packets)
{
    for (int i = 0; i < 20; ++i)
        add_udp(packets, client, {"198.51.100.9", 9999}, as_octets(with_secret("\x01")));
}

void ntp(Packets& packets)
{
    Octets request(48);
    request[0] = std::byte{0x23};
    add_udp(packets, {client.address, 40123}, {"198.51.100.9", 123}, request);
}

void http2(Packets& packets)
{
    auto talk = connection(packets, 80);
    talk.client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .client(test::hex("000000 04 00 00000000"))
        // HPACK: indexed :method GET, :path /, :scheme http; :authority h2.example as a literal (RFC 7541, 6)
        .client(test::hex("00000f 01 05 00000001 | 82 84 86 41 0a 68322e6578616d706c65"))
        .client(with_secret(std::string("\0\0\x19\0\x01\0\0\0\x01", 9)));
}

void swapped_http(Packets& packets)
{
    // The capture begins in mid-connection with what the server says, and no port tells who it is.
    TcpTalk talk{packets, next_client(packets), {"198.51.100.7", 50500}, next_time(packets)};
    talk.server(with_secret("HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n"))
        .client("GET /x HTTP/1.1\r\nHost: swapped.example\r\n\r\n");
}

void differing_retransmission(Packets& packets)
{
    const Peer from = next_client(packets);
    auto talk = connection(packets, 80);
    const std::uint32_t sequence = talk.client_sequence;
    talk.client(std::string_view{"GET / HTTP/1.1\r\nHost: first.example\r\n\r\n"});
    // The acknowledgment is taken back out, so that the first copy is still compared with.
    packets.pop_back();
    const std::string second = "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n";
    packets.push_back(test::packet_of(
        test::tcp_frame(from, {"198.51.100.7", 80}, {sequence, talk.server_sequence, 0x10}, as_octets(second)),
        packets.back().time));
}

void fragmented_dns(Packets& packets)
{
    test::DnsBuilder long_answer{test::DnsBuilder::response};
    long_answer.question("fragmented.example", dns::Type::a);
    for (int i = 0; i < 40; ++i)  // more than what headers would be kept for, in both pieces
        long_answer.answer("@", dns::Type::a, 60, test::hex("c6336408"));
    const Octets& answer = long_answer.octets();
    const Peer asker{client.address, 50003};
    const Octets datagram = test::udp_datagram(resolver.port, asker.port, answer);
    const auto time = next_time(packets);
    for (const bool first : {true, false}) {
        const test::FragmentFields fields{77, first ? 0U : 320U, first};
        const Bytes piece = first ? Bytes{datagram}.first(320) : Bytes{datagram}.subspan(320);
        packets.push_back(test::packet_of(
            test::ethernet(test::ip_fragment(resolver.address, client.address, 17, fields, piece)), time));
    }
}

void fragmented_unknown(Packets& packets)
{
    const Octets datagram = test::udp_datagram(7001, 7002, as_octets(with_secret(with_secret(with_secret("")))));
    const auto time = next_time(packets);
    for (const bool first : {true, false}) {
        const test::FragmentFields fields{78, first ? 0U : 40U, first};
        const Bytes piece = first ? Bytes{datagram}.first(40) : Bytes{datagram}.subspan(40);
        packets.push_back(test::packet_of(
            test::ethernet(test::ip_fragment(client.address, "198.51.100.9", 17, fields, piece)), time));
    }
}

void other_transports(Packets& packets)
{
    const auto time = next_time(packets);
    for (const std::uint8_t protocol : std::initializer_list<std::uint8_t>{1, 132, 50, 47})
        packets.push_back(test::packet_of(
            test::ethernet(test::ip_packet(client.address, "198.51.100.9", protocol,
                                           as_octets(with_secret(std::string("\x08\0\0\0\0\1\0\1\0\0\0\0", 12))))),
            time));
}

void torn_heads(Packets& packets)
{
    auto talk = connection(packets, 8080);
    talk.client("GET /a HTTP/1.1\r\nHost: whole.example\r\n\r\n")
        .client("GET /b HTTP/1.1\r\nHost: torn.example\r\nX: ");
    talk.client_sequence += 1000;  // never captured, and no head can be finished
    for (int i = 0; i < 70; ++i)
        talk.client(with_secret("x"));
}

void socks4(Packets& packets)
{
    auto talk = connection(packets, 1080);
    talk.client(test::hex("04 01 0016 00000001 00 736f636b732e7465737400")).server(test::hex("00 5a 0000 00000000"));
    talk.server("SSH-2.0-Inner\r\n").client("SSH-2.0-Client\r\n").client(with_secret(""));
}

void postgresql(Packets& packets)
{
    auto talk = connection(packets, 5432);
    talk.client(test::hex("00000008 04d2162f")).server("S");
    talk_tls(talk, "database.example");
}

/// Data comes in one segment with each hello, once more, and before any answer.
void tls_data_behind_hellos(Packets& packets)
{
    const auto with_data = [](Octets hello) {
        const Octets data = tls_data();
        hello.insert(hello.end(), data.begin(), data.end());
        return hello;
    };
    auto talk = connection(packets, 443);
    talk.client(with_data(client_hello("early.example"))).client(tls_data());
    const OwnedPacket again = packets.back();
    talk.server(with_data(server_hello())).server(tls_data());
    packets.push_back(again);
    packets.back().time = next_time(packets);
}

void unsynchronised(Packets& packets)
{
    // The capture begins in the middle of a body; the next request is a segment's start.
    TcpTalk talk{packets, next_client(packets), {"198.51.100.7", 80}, next_time(packets)};
    talk.client(with_secret("no request: ")).client("GET / HTTP/1.1\r\nHost: later.example\r\n\r\n");
    talk_tls(talk, "never.example");
}

void inside_vxlan(Packets& packets)
{
    Packets inner;
    auto talk = connection(inner, 443);
    talk_tls(talk, "inside.example");
    for (const OwnedPacket& packet : inner) {
        Octets payload = test::hex("0800000000000100");
        payload.insert(payload.end(), packet.octets.begin(), packet.octets.end());
        packets.push_back(
            test::packet_of(test::udp_frame({"203.0.113.1", 50000}, {"203.0.113.2", 4789}, payload), packet.time));
    }
}

struct Scenario {
    std::string_view what;
    std::function<void(Packets&)> write;
};

const Scenario scenarios[] = {
    {"HTTP keep-alive", keep_alive},
    {"HTTP CONNECT, then TLS", connect_then_tls},
    {"SOCKS 5, then TLS", socks_then_tls},
    {"SMTP STARTTLS, then TLS", smtp_then_tls},
    {"TLS with a hello in pieces", tls_in_pieces},
    {"TLS with a part of a record header by itself", tls_header_alone},
    {"TLS with data behind its hellos", tls_data_behind_hellos},
    {"QUIC", quic},
    {"DTLS", dtls},
    {"DNS over UDP, then TLS", dns_over_udp},
    {"DNS on another port", dns_elsewhere},
    {"DNS over TCP", dns_over_tcp},
    {"SSH", ssh},
    {"unknown TCP", unknown_tcp},
    {"unknown UDP", unknown_udp},
    {"NTP", ntp},
    {"HTTP/2 with prior knowledge", http2},
    {"HTTP whose response comes first", swapped_http},
    {"a retransmission that differs", differing_retransmission},
    {"DNS in fragments", fragmented_dns},
    {"a datagram of no known protocol in fragments", fragmented_unknown},
    {"ICMP, SCTP, ESP and GRE", other_transports},
    {"SOCKS 4, then SSH", socks4},
    {"PostgreSQL, then TLS", postgresql},
    {"HTTP found in mid-connection", unsynchronised},
    {"TLS inside VXLAN", inside_vxlan},
};

Packets trimmed(const Packets& packets)
{
    MetadataTrimmer trimmer;
    Packets kept;
    for (const OwnedPacket& packet : packets) {
        const MetadataTrimmer::Kept keep = trimmer.trim(packet.view());
        OwnedPacket copy = packet;
        copy.octets.resize(std::min(keep.octets, copy.octets.size()));
        copy.comment = keep.comment;
        kept.push_back(std::move(copy));
    }
    return kept;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

void check_equivalence(const Packets& packets)
{
    AnalysisOptions own;
    own.own_comments = true;
    const Packets kept = trimmed(packets);
    const test::Told full = test::told(packets);
    const test::Told again = test::told(kept, own);
    CHECK(joined(again.events) == joined(full.events));
    CHECK(again.gap(GapKind::comments_malformed) == 0);
    for (const GapKind kind : {GapKind::snap_length, GapKind::stream_missing, GapKind::dns_malformed,
                               GapKind::dns_truncated, GapKind::stream_ambiguous, GapKind::fragments_incomplete}) {
        CAPTURE(describe(kind).id);
        CHECK(again.gap(kind) == full.gap(kind));
    }
    for (const OwnedPacket& packet : kept) {
        CHECK_FALSE(as_text(packet.octets).contains(secret.substr(0, 12)));
        CHECK_FALSE(std::string_view{packet.comment}.contains(secret.substr(0, 12)));
    }
}

}  // namespace

TEST_CASE("a trimmed recording tells what the whole one tells, and holds no payload")
{
    for (const Scenario& scenario : scenarios) {
        CAPTURE(scenario.what);
        Packets packets;
        scenario.write(packets);
        check_equivalence(packets);
    }
}

TEST_CASE("the same holds for all conversations in one recording")
{
    Packets packets;
    for (const Scenario& scenario : scenarios)
        scenario.write(packets);
    check_equivalence(packets);
}

TEST_CASE("a head that is never finished tells its names in both recordings, at the time of the packet that shows it")
{
    AnalysisOptions own;
    own.own_comments = true;
    Packets packets;
    torn_heads(packets);
    const test::Told full = test::told(packets);
    const test::Told again = test::told(trimmed(packets), own);
    CHECK(test::names(full.flows.at(0)) == test::names(again.flows.at(0)));
    CHECK(test::names(full.flows.at(0)).back() == "http-host torn.example");
    CHECK(full.flows.at(0).facts.names.back().at == packets.at(5).time);
}

TEST_CASE("the comments of a foreign capture are not believed, and that is counted")
{
    Packets packets;
    keep_alive(packets);
    const test::Told told = test::told(trimmed(packets));
    CHECK(told.flows.at(0).facts.names.empty());
    CHECK(told.gap(GapKind::comments_untrusted) == 2);
}
