#include "tests/analyze/trimmed_conversations.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "tests/wire/quic_sealer.h"

namespace waybill::test {

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

namespace {

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
    talk.client(hex("05 01 00")).server(hex("05 00"));
    talk.client(hex("05 01 00 03 0b 74 61 72 67 65 74 2e 74 65 73 74 01bb")).server(hex("05 00 00 01 00000000 0000"));
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
    static quic::InitialOpener opener;
    InitialPlan plan;
    plan.destination_id = hex("8394c8f03e515708");
    plan.frames = hex(rfc_crypto_frame);
    plan.pad_to = 1162;
    const Peer server{"198.51.100.7", 443};
    add_udp(packets, client, server, seal_client_initial(plan, opener));
    Octets short_header = hex("40");
    const Bytes body = as_octets(secret);
    short_header.insert(short_header.end(), body.begin(), body.end());
    add_udp(packets, server, client, short_header);
    add_udp(packets, client, server, short_header);
}

void dtls(Packets& packets)
{
    const auto body = [] {
        HelloBuilder hello;
        hello.legacy_version = 0xfefd;
        hello.cookie = Octets{};
        return hello.server_name("dtls.example").body();
    }();
    const Peer server{"198.51.100.7", 4433};
    add_udp(packets, client, server, dtls_fragment(1, body, 0, 0, 40));
    add_udp(packets, client, server, dtls_fragment(1, body, 0, 40, body.size()));
    Octets data = hex("17 fefd 0001 000000000001 0019");
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
    add_udp(packets, asker, resolver, hex("1234 0100 0001"));  // malformed
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
        .client(hex("000000 04 00 00000000"))
        // HPACK: indexed :method GET, :path /, :scheme http; :authority h2.example as a literal (RFC 7541, 6)
        .client(hex("00000f 01 05 00000001 | 82 84 86 41 0a 68322e6578616d706c65"))
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
    packets.push_back(
        packet_of(tcp_frame(from, {"198.51.100.7", 80}, {sequence, talk.server_sequence, 0x10}, as_octets(second)),
                  packets.back().time));
}

void fragmented_dns(Packets& packets)
{
    DnsBuilder long_answer{DnsBuilder::response};
    long_answer.question("fragmented.example", dns::Type::a);
    for (int i = 0; i < 40; ++i)  // more than what headers would be kept for, in both pieces
        long_answer.answer("@", dns::Type::a, 60, hex("c6336408"));
    const Octets& answer = long_answer.octets();
    const Peer asker{client.address, 50003};
    const Octets datagram = udp_datagram(resolver.port, asker.port, answer);
    const auto time = next_time(packets);
    for (const bool first : {true, false}) {
        const FragmentFields fields{77, first ? 0U : 320U, first};
        const Bytes piece = first ? Bytes{datagram}.first(320) : Bytes{datagram}.subspan(320);
        packets.push_back(packet_of(ethernet(ip_fragment(resolver.address, client.address, 17, fields, piece)), time));
    }
}

void fragmented_unknown(Packets& packets)
{
    const Octets datagram = udp_datagram(7001, 7002, as_octets(with_secret(with_secret(with_secret("")))));
    const auto time = next_time(packets);
    for (const bool first : {true, false}) {
        const FragmentFields fields{78, first ? 0U : 40U, first};
        const Bytes piece = first ? Bytes{datagram}.first(40) : Bytes{datagram}.subspan(40);
        packets.push_back(packet_of(ethernet(ip_fragment(client.address, "198.51.100.9", 17, fields, piece)), time));
    }
}

void other_transports(Packets& packets)
{
    const auto time = next_time(packets);
    for (const std::uint8_t protocol : std::initializer_list<std::uint8_t>{1, 132, 50, 47})
        packets.push_back(
            packet_of(ethernet(ip_packet(client.address, "198.51.100.9", protocol,
                                         as_octets(with_secret(std::string("\x08\0\0\0\0\1\0\1\0\0\0\0", 12))))),
                      time));
}

void socks4(Packets& packets)
{
    auto talk = connection(packets, 1080);
    talk.client(hex("04 01 0016 00000001 00 736f636b732e7465737400")).server(hex("00 5a 0000 00000000"));
    talk.server("SSH-2.0-Inner\r\n").client("SSH-2.0-Client\r\n").client(with_secret(""));
}

void postgresql(Packets& packets)
{
    auto talk = connection(packets, 5432);
    talk.client(hex("00000008 04d2162f")).server("S");
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
        Octets payload = hex("0800000000000100");
        payload.insert(payload.end(), packet.octets.begin(), packet.octets.end());
        packets.push_back(packet_of(udp_frame({"203.0.113.1", 50000}, {"203.0.113.2", 4789}, payload), packet.time));
    }
}

constexpr Scenario all_scenarios[] = {
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

}  // namespace

std::span<const Scenario> scenarios()
{
    return all_scenarios;
}

}  // namespace waybill::test
