#include "analyze/dissect/tcp_connection.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/hex.h"
#include "tests/analyze/event_text.h"
#include "tests/support/octets.h"
#include "wire/http1.h"

using namespace waybill;
using test::hex;

namespace {

// TLS 1.2's form, one cipher suite, server_name a.example
constexpr const char* client_hello =
    "160301 0045 | 01 000041 | 0303 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff | 00 | 0002 1301"
    " | 01 00 | 0016 | 0000 000e 000c 00 0009 612e6578616d706c65 | ff01 0000";
constexpr const char* server_hello =
    "160303 002a | 02 000026 | 0303 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff | 00 | 1301 | 00";
// RFC 8446, 4.1.3: the random that says HelloRetryRequest
constexpr const char* hello_retry_request =
    "160303 0032 | 02 00002e | 0303 cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c | 00 | 1301 | 00"
    " | 0006 | 002b 0002 0304";

struct Connection {
    DissectContext context;
    FlowFacts facts;
    TcpConnection connection;

    explicit Connection(Port server_port = {}) : connection{context, server_port} {}
    void client(std::string_view text) { connection.data(Side::client, as_octets(text), {}, facts); }
    void server(std::string_view text) { connection.data(Side::server, as_octets(text), {}, facts); }
    void client_hex(std::string_view digits) { connection.data(Side::client, hex(digits), {}, facts); }
    void server_hex(std::string_view digits) { connection.data(Side::server, hex(digits), {}, facts); }
    std::vector<std::string> names() const { return test::names_of(facts); }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("TLS is read on any port, and no more than its hellos is wanted")
{
    Connection tls;
    CHECK(tls.connection.wants(Side::client));
    tls.client_hex(client_hello);
    tls.server_hex(server_hello);
    CHECK(tls.facts.protocol == Protocol::tls);
    CHECK(tls.facts.hello == HelloState::complete);
    CHECK(tls.names() == Names{"tls-sni a.example"});
    REQUIRE(tls.facts.hellos.size() == 1);
    REQUIRE(tls.facts.server.has_value());
    CHECK(tls.facts.server->version == 0x0303);
    CHECK_FALSE(tls.connection.wants(Side::server));
    tls.client_hex("170303 0001 00");
    CHECK_FALSE(tls.connection.wants(Side::client));
    CHECK(tls.context.counters == DissectCounters{});
}

TEST_CASE("a hello in pieces is put together, one octet at a time too")
{
    Connection tls;
    for (const std::byte octet : hex(client_hello))
        tls.connection.data(Side::client, Bytes{&octet, 1}, {}, tls.facts);
    CHECK(tls.names() == Names{"tls-sni a.example"});
    CHECK(tls.facts.hello == HelloState::complete);
}

TEST_CASE("equal hellos share one fingerprint")
{
    DissectContext context;
    FlowFacts one;
    FlowFacts two;
    TcpConnection{context}.data(Side::client, hex(client_hello), {}, one);
    TcpConnection{context}.data(Side::client, hex(client_hello), {}, two);
    REQUIRE(one.hellos.size() == 1);
    REQUIRE(two.hellos.size() == 1);
    CHECK(one.hellos.back().fingerprint == two.hellos.back().fingerprint);
    CHECK(one.hellos.back().ja3.has_value());
    CHECK(one.hellos.back() == two.hellos.back());
    CHECK(context.hellos.size() == 1);
}

TEST_CASE("where nobody asks for fingerprints none are made, and the rest is told all the same")
{
    DissectContext context;
    context.fingerprints = Fingerprints::none;
    FlowFacts facts;
    TcpConnection{context}.data(Side::client, hex(client_hello), {}, facts);
    CHECK(facts.hellos.empty());
    CHECK(context.hellos.size() == 0);
    CHECK(facts.hello == HelloState::complete);
    CHECK(facts.names.size() == 1);
}

TEST_CASE("after a HelloRetryRequest both hellos count, and the second ServerHello")
{
    Connection tls;
    tls.client_hex(client_hello);
    tls.server_hex(hello_retry_request);
    CHECK(tls.connection.wants(Side::client));
    CHECK(tls.connection.wants(Side::server));
    tls.client_hex("140303 0001 01");
    tls.client_hex(client_hello);
    tls.server_hex(server_hello);
    CHECK(tls.facts.hellos.size() == 2);
    CHECK(tls.facts.server->version == 0x0303);
    CHECK_FALSE(tls.connection.wants(Side::client));
    CHECK_FALSE(tls.connection.wants(Side::server));
}

TEST_CASE("a hello that ends early is truncated, one that breaks its grammar malformed")
{
    const auto whole = hex(client_hello);
    Connection cut;
    cut.connection.data(Side::client, Bytes{whole}.first(60), {}, cut.facts);
    cut.connection.finish(cut.facts);
    CHECK(cut.facts.hello == HelloState::truncated);
    CHECK(cut.context.counters.hello_truncated == 1);

    Connection gap;
    gap.connection.data(Side::client, Bytes{whole}.first(60), {}, gap.facts);
    gap.connection.missing(Side::client, 4, gap.facts);
    CHECK(gap.facts.hello == HelloState::truncated);
    CHECK_FALSE(gap.connection.wants(Side::client));

    Connection broken;
    broken.client_hex("160301 0008 | 01 000004 | 0303 0011");
    CHECK(broken.facts.hello == HelloState::malformed);
    CHECK(broken.context.counters.hello_malformed == 1);
}

TEST_CASE("a capture that began inside TLS is TLS without a hello")
{
    Connection tls;
    tls.client_hex("170303 0011 0011223344556677889900112233445566");
    CHECK(tls.facts.protocol == Protocol::tls);
    CHECK(tls.facts.hello == HelloState::absent);
    CHECK_FALSE(tls.connection.wants(Side::client));
}

TEST_CASE("a hello behind octets that nothing explains is found where a run begins with it")
{
    Connection tls;
    tls.server_hex("0a000000 0a 352e3500 0000");
    tls.client_hex("20000001 85ae3f20 00000001 21");
    tls.client_hex(client_hello);
    CHECK(tls.names() == Names{"tls-sni a.example"});
}

TEST_CASE("octets that nothing explains are wanted up to a bound")
{
    Connection unknown;
    const std::string noise(TcpConnection::max_unknown_octets - 1, '\xee');
    unknown.client(noise);
    CHECK(unknown.connection.wants(Side::client));
    unknown.client("\xee");
    CHECK_FALSE(unknown.connection.wants(Side::client));
    CHECK(unknown.connection.wants(Side::server));
    CHECK(unknown.facts.protocol == Protocol::unknown);
}

TEST_CASE("sides that were taken for each other are put right")
{
    Connection tls;
    tls.server_hex(client_hello);
    CHECK(tls.connection.sides_swapped());
    CHECK(tls.names() == Names{"tls-sni a.example"});
    tls.client_hex(server_hello);
    CHECK(tls.facts.server.has_value());

    Connection http;
    http.server("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    CHECK(http.connection.sides_swapped());
    CHECK(http.names() == Names{"http-host a.example"});
}

TEST_CASE("HTTP in mid-connection is found at a run that begins a message")
{
    Connection request;
    request.client("rest of a body");
    request.client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    CHECK(request.names() == Names{"http-host a.example"});

    Connection after_gap;
    after_gap.connection.missing(Side::client, 100, after_gap.facts);
    after_gap.client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    CHECK(after_gap.names() == Names{"http-host a.example"});
}

TEST_CASE("what a proxy carries is found out again: CONNECT, then TLS")
{
    Connection proxied;
    proxied.client("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
    proxied.server("HTTP/1.1 200 OK\r\n\r\n\n");
    proxied.client_hex(std::string{"0a"} + client_hello);
    proxied.server_hex(server_hello);
    CHECK(proxied.facts.protocol == Protocol::http);
    CHECK(proxied.names() == Names{"proxy-connect a.example", "tls-sni a.example"});
    CHECK(proxied.facts.server.has_value());
    CHECK_FALSE(proxied.connection.wants(Side::server));
}

TEST_CASE("SOCKS of each version, then what it carries")
{
    Connection five;
    five.client_hex("05 02 00 02");
    five.server_hex("05 02");
    five.client_hex("01 01 75 01 70");
    five.server_hex("01 00");
    five.client_hex("05 01 00 03 09 612e6578616d706c65 01bb");
    five.server_hex("05 00 00 01 00000000 0000");
    five.client_hex(client_hello);
    five.server_hex(server_hello);
    CHECK(five.facts.protocol == Protocol::socks);
    CHECK(five.facts.application->socks == Names{"a.example:443"});
    CHECK(five.names() == Names{"socks a.example", "tls-sni a.example"});
    CHECK(five.facts.server.has_value());

    Connection four;
    four.client_hex("04 01 0050 c0000201 00");
    four.server_hex("00 5a 0000 00000000");
    four.client("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n");
    CHECK(four.names() == Names{"socks 192.0.2.1", "http-host b.example"});

    Connection client_only;
    client_only.client_hex("05 01 00 | 05 01 00 01 c0000201 01bb");
    client_only.client_hex(client_hello);
    CHECK(client_only.names() == Names{"socks 192.0.2.1", "tls-sni a.example"});

    Connection broken;
    broken.client_hex("05 01 00");
    broken.server("HTTP/1.1 400 Bad Request\r\n\r\n");
    CHECK(broken.context.counters.socks_malformed == 1);
    CHECK(broken.facts.application == nullptr);
    CHECK_FALSE(broken.connection.wants(Side::client));
}

TEST_CASE("SSH gives both identification strings")
{
    Connection ssh;
    ssh.server("Welcome\r\nSSH-2.0-server_1 x\r\n");
    ssh.client("SSH-2.0-cli");
    ssh.client("ent\r\n");
    CHECK(ssh.facts.protocol == Protocol::ssh);
    CHECK(ssh.facts.application->ssh == Names{"SSH-2.0-server_1 x", "SSH-2.0-client"});
    CHECK_FALSE(ssh.connection.wants(Side::client));
    CHECK_FALSE(ssh.connection.wants(Side::server));

    Connection broken;
    broken.client("SSH-2.0-\x01\r\n");
    CHECK(broken.context.counters.ssh_malformed == 1);
}

TEST_CASE("STARTTLS: TLS begins where the server consents")
{
    struct Row {
        Protocol protocol;
        std::string_view greeting;
        std::string_view asks;
        std::string_view answer;
    };
    const Row rows[] = {
        {Protocol::smtp, "220 mail.example ESMTP\r\n", "EHLO a.example\r\nSTARTTLS\r\n", "220 go\r\n"},
        {Protocol::smtp, "220 hello\r\n", "EHLO a.example\r\nSTARTTLS\r\n", "250 hi\r\n"},  // never consents
        {Protocol::imap, "* OK hi\r\n", "a STARTTLS\r\n", "* X\r\na OK go\r\n"},
        {Protocol::pop3, "+OK hi\r\n", "STLS\r\n", "+OK go\r\n"},
        {Protocol::ftp, "220 FTP\r\n", "AUTH TLS\r\n", "234 go\r\n"},
        {Protocol::irc, "", "STARTTLS\r\n", ":x 670 :go\r\n"},
        {Protocol::xmpp, "", "<stream:stream><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
         "<a/><proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
        {Protocol::postgresql, "", {"\0\0\0\x08\x04\xd2\x16\x2f", 8}, "S"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.asks);
        Connection mail;
        mail.server(row.greeting);
        mail.client(row.asks);
        mail.server(row.answer);
        mail.client_hex(client_hello);
        mail.server_hex(server_hello);
        CHECK(mail.facts.protocol == row.protocol);
        CHECK(mail.names() == Names{"tls-sni a.example"});
        CHECK(mail.facts.server.has_value());
    }
}

TEST_CASE("HTTP/2 in the clear, by prior knowledge and by upgrade")
{
    const std::string preface{http1::http2_preface};
    Connection prior;
    prior.client(preface.substr(0, 10));
    prior.client(preface.substr(10));
    prior.client_hex("000000 04 00 00000000 | 00000c 01 05 00000001 82 4109 612e6578616d706c65");
    CHECK(prior.facts.protocol == Protocol::http2);
    CHECK(prior.names() == Names{"http2-authority a.example"});

    Connection upgraded;
    upgraded.client("GET / HTTP/1.1\r\nHost: b.example\r\nUpgrade: h2c\r\n\r\n");
    upgraded.server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");
    upgraded.server_hex("000000 04 00 00000000");
    upgraded.client(preface);
    upgraded.client_hex("00000c 01 05 00000001 82 4109 612e6578616d706c65");
    CHECK(upgraded.facts.protocol == Protocol::http);
    CHECK(upgraded.names() == Names{"http-host b.example", "http2-authority a.example"});
}

TEST_CASE("port 53 is DNS, unless the octets are plainly something else")
{
    std::vector<std::string> messages;
    Connection dns{Port{53}};
    dns.context.dns = [&](Side side, Bytes message, Timestamp) {
        messages.push_back((side == Side::client ? "client " : "server ") + to_hex(message));
    };
    dns.client_hex("00");
    dns.client_hex("0c 0001 0100 0000 0000 0000 0000 | 000c 0002 0100");
    dns.client_hex("0000 0000 0000 0000");
    dns.server_hex("000c 0001 8180 0000 0000 0000 0000");
    CHECK(dns.facts.protocol == Protocol::dns);
    CHECK(messages == Names{"client 000101000000000000000000", "client 000201000000000000000000",
                            "server 000181800000000000000000"});

    Connection tls{Port{53}};
    tls.client_hex(client_hello);
    CHECK(tls.facts.protocol == Protocol::tls);
}

TEST_CASE("tunnels in tunnels are followed to a bound, then counted")
{
    Connection nested;
    for (int depth = 0; depth < 6; ++depth) {
        nested.client("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
        nested.server("HTTP/1.1 200 OK\r\n\r\n");
    }
    nested.client("x");
    CHECK(nested.context.counters.tunnel_bound == 1);
    CHECK_FALSE(nested.connection.wants(Side::client));
}
