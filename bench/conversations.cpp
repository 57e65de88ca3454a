#include "bench/conversations.h"

#include <fmt/core.h>

#include <array>
#include <string_view>

#include "bench/names.h"
#include "bench/tls_hello.h"

namespace waybill::bench {
namespace {

constexpr std::uint32_t server_time = 350;  // microseconds that an answer takes at the server

// --- DNS (RFC 1035)

constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_aaaa = 28;

void write_question(OctetWriter& out, std::string_view host, std::uint16_t type)
{
    while (!host.empty()) {
        const std::string_view label = host.substr(0, host.find('.'));
        out.prefixed<1>([&] { out.text(label); });
        host.remove_prefix(std::min(host.size(), label.size() + 1));
    }
    out.u8(0);
    out.u16(type);
    out.u16(1);
}

void write_query(OctetWriter& out, std::uint32_t id, std::string_view host, std::uint16_t type)
{
    out.u16(id);
    out.u16(0x0100);  // recursion desired
    out.u32(0x00010000);
    out.u32(0);
    write_question(out, host, type);
}

void write_response(OctetWriter& out, std::uint32_t id, const Session& session, std::uint16_t type)
{
    const Family family = type == type_a ? Family::ipv4 : Family::ipv6;
    const bool answered = family == Family::ipv4 || session.family == Family::ipv6;
    out.u16(id);
    out.u16(0x8180);  // response, recursion desired and available
    out.u16(1);
    out.u16(answered ? 1 : 0);
    out.u32(0);
    write_question(out, session.host, type);
    if (!answered)
        return;
    out.u16(0xc00c);  // the question's name
    out.u16(type);
    out.u16(1);
    out.u32(300);
    const Peer server = server_address(family, session.server_number, 443);
    const std::size_t octets = family == Family::ipv4 ? 4 : 16;
    out.prefixed<2>([&] { out.bytes(std::as_bytes(std::span{server.address}.first(octets))); });
}

// --- TLS records (RFC 8446, 5.1)

constexpr std::uint32_t record_handshake = 22;
constexpr std::uint32_t record_application_data = 23;

template <typename Body>
void write_record(OctetWriter& out, std::uint32_t type, std::uint32_t version, const Body& body)
{
    out.u8(type);
    out.u16(version);
    out.prefixed<2>(body);
}

void write_change_cipher_spec(OctetWriter& out)
{
    out.u8(20);
    out.u32(0x03030001);
    out.u8(1);
}

struct TlsHello {
    TlsClient client = TlsClient::classic;
    std::array<std::byte, session_id_octets> session_id{};
};

/// Sends the ClientHello; 70 % of TLS is 1.3, and half of that carries a post-quantum key share.
TlsHello send_client_hello(Script& script, const Session& session, Random& random)
{
    TlsHello hello;
    hello.client = random.below(10) < 3   ? TlsClient::tls12
                   : random.below(2) == 0 ? TlsClient::post_quantum
                                          : TlsClient::classic;
    random.fill(hello.session_id);
    const HelloShape& shape = pick_shape(hello.client, random);
    const std::size_t from = script.mark();
    OctetWriter out = script.writer();
    write_record(out, record_handshake, 0x0301,
                 [&] { write_client_hello(out, shape, {session.host, hello.session_id, {}}, random); });
    const std::uint32_t segments = script.send(Direction::out, from, session.round_trip);
    ++script.said.tls_hellos;
    if (segments > 1)
        ++script.said.split_hellos;
    if (session.disturbed && segments > 1 && random.one_in(64))
        script.swap_last_two();
    else if (session.disturbed && random.one_in(64))
        script.repeat_last();
    return hello;
}

/// The server's first flight; for TLS 1.2 that of a resumed session (RFC 5246, 7.3), so that no certificate is needed.
void send_server_hello(Script& script, const Session& session, const TlsHello& hello, Random& random)
{
    const bool tls13 = hello.client != TlsClient::tls12;
    const bool post_quantum = hello.client == TlsClient::post_quantum && session.octets > 0 && random.below(2) == 0;
    const std::size_t from = script.mark();
    OctetWriter out = script.writer();
    write_record(out, record_handshake, 0x0303,
                 [&] { write_server_hello(out, {tls13, post_quantum, hello.session_id}, random); });
    write_change_cipher_spec(out);
    if (!tls13)
        write_record(out, record_handshake, 0x0303, [&] { out.random(40, random); });  // Finished, encrypted
    script.send(Direction::in, from, 60);
}

void send_client_finished(Script& script, bool tls13, Random& random)
{
    const std::size_t from = script.mark();
    OctetWriter out = script.writer();
    write_change_cipher_spec(out);
    write_record(out, tls13 ? record_application_data : record_handshake, 0x0303,
                 [&] { out.random(tls13 ? 53 : 40, random); });
    script.send(Direction::out, from, 120);
}

void send_application_data(Script& script, std::uint32_t octets, std::uint32_t gap, Random& random)
{
    const std::size_t from = script.mark();
    OctetWriter out = script.writer();
    write_record(out, record_application_data, 0x0303, [&] { out.random(octets, random); });
    script.send(Direction::out, from, gap);
}

}  // namespace

std::uint32_t think_time(Random& random)
{
    return random.between(20'000, 900'000) * (random.one_in(6) ? 6 : 1);
}

Exchanges divide(const Session& session, const Script& script, Random& random)
{
    const std::uint64_t spent = script.wire_octets();
    if (session.octets <= spent)
        return {};
    const std::uint64_t rest = (session.octets - spent) * 15 / 16;  // without headers, about
    const std::uint32_t most = rest > 40'000 ? 6 : 2;
    const std::uint32_t count = random.between(1, most);
    constexpr std::uint64_t longest_exchange = 1U << 30U;  // keeps a step's octets in 32 bits
    return {count, std::min(rest / count, longest_exchange)};
}

void write_dns(Script& script, const Session& session, bool single, Random& random)
{
    const std::uint32_t id = random.below(65535);
    const std::array<std::uint16_t, 2> types{type_a, type_aaaa};
    const bool wants_ipv6 = session.family == Family::ipv6;
    for (const Direction direction : {Direction::out, Direction::in}) {
        for (std::uint32_t i = 0; i < types.size(); ++i) {
            if (single && wants_ipv6 != (types[i] == type_aaaa))
                continue;
            const std::size_t from = script.mark();
            OctetWriter out = script.writer();
            if (direction == Direction::out)
                write_query(out, id + i, session.host, types[i]);
            else
                write_response(out, id + i, session, types[i]);
            const bool last = single || i + 1 == types.size();
            script.send(direction, from, last ? session.round_trip : 25);
            ++(direction == Direction::out ? script.said.dns_queries : script.said.dns_responses);
        }
    }
}

void write_tls(Script& script, const Session& session, Random& random)
{
    script.handshake(session.round_trip);
    const TlsHello hello = send_client_hello(script, session, random);
    const bool tls13 = hello.client != TlsClient::tls12;
    send_server_hello(script, session, hello, random);
    if (session.octets > 0) {
        if (tls13)
            script.run(Direction::in, {Content::tls_records, random.between(2200, 4100), 2, 15}, 60);
        send_client_finished(script, tls13, random);
    }
    const Exchanges exchanges = divide(session, script, random);
    for (std::uint32_t i = 0; i < exchanges.count; ++i) {
        const bool upload = random.one_in(5);
        send_application_data(script, random.between(90, 700), upload ? 30 : session.round_trip + server_time, random);
        script.run(upload ? Direction::out : Direction::in,
                   {Content::tls_records, exchanges.octets, session.acknowledge_every, session.packet_gap},
                   i + 1 < exchanges.count ? think_time(random) : 400);
    }
    script.finish(session.round_trip);
}

void write_http(Script& script, const Session& session, Random& random)
{
    script.handshake(session.round_trip);
    Exchanges exchanges = divide(session, script, random);
    exchanges.count = std::max(exchanges.count, 1U);
    const std::uint32_t number = random.below(1'000'000);
    for (std::uint32_t i = 0; i < exchanges.count; ++i) {
        std::size_t from = script.mark();
        script.writer().text(
            fmt::format("GET /v1/items/{}/{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: bench-client/1.0\r\n"
                        "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: keep-alive\r\n\r\n",
                        number, i, session.host));
        script.send(Direction::out, from, session.round_trip + server_time);
        from = script.mark();
        script.writer().text(
            fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                        "Content-Length: {}\r\nServer: bench-server\r\nConnection: keep-alive\r\n\r\n",
                        exchanges.octets));
        script.send(Direction::in, from, 20);
        script.run(Direction::in, {Content::random, exchanges.octets, session.acknowledge_every, session.packet_gap},
                   i + 1 < exchanges.count ? think_time(random) : 400);
        ++script.said.http_requests;
    }
    script.said.http_host = true;
    script.finish(session.round_trip);
}

}  // namespace waybill::bench
