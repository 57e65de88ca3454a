#include "analyze/dissect/http1_stream.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/analyze/event_text.h"

using namespace waybill;

namespace {

/// One HTTP/1 connection, fed as text.
struct Connection {
    DissectContext context;
    FlowFacts facts;
    Http1Stream stream;

    std::size_t client(std::string_view text) { return feed(Side::client, text); }
    std::size_t server(std::string_view text) { return feed(Side::server, text); }
    void missing(Side side, std::uint64_t octets) { stream.missing(side, octets, {context, facts, {}}); }
    void finish() { stream.finish({context, facts, {}}); }
    std::vector<std::string> hosts() const { return test::names_of(facts); }
    std::uint64_t requests() const { return facts.application ? facts.application->requests : 0; }

private:
    std::size_t feed(Side side, std::string_view text)
    {
        return stream.data(side, as_octets(text), {context, facts, {}});
    }
};

std::string get(std::string_view host)
{
    return "GET / HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("every request of a connection is read, pipelined or not, however it is cut")
{
    const std::string requests = get("a.example") +
                                 "POST /x HTTP/1.1\r\nHost: b.example:8080\r\nContent-Length: 5\r\n\r\nGET /" +
                                 "PUT /y HTTP/1.1\r\nHost: [2001:db8::1]\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "4;x=y\r\nGET \r\n0\r\nTrailer: x\r\n\r\n" +
                                 get("c.example");
    const Names expected{"http-host a.example", "http-host b.example", "http-host 2001:db8::1", "http-host c.example"};
    for (const std::size_t cut : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{50}, requests.size()}) {
        CAPTURE(cut);
        Connection connection;
        for (std::size_t at = 0; at < requests.size(); at += cut)
            CHECK(connection.client(std::string_view{requests}.substr(at, cut)) == std::min(cut, requests.size() - at));
        CHECK(connection.hosts() == expected);
        CHECK(connection.requests() == 4);
        CHECK(connection.facts.application->http_methods == Names{"GET", "POST", "PUT"});
        CHECK(connection.facts.protocol == Protocol::http);
        CHECK(connection.context.counters == DissectCounters{});
    }
}

TEST_CASE("an absolute-form target names a host beside Host, and keeps no credentials")
{
    Connection connection;
    connection.client("GET http://user:secret@a.example/x HTTP/1.1\r\nHost: b.example\r\n\r\n");
    CHECK(connection.hosts() == Names{"http-host a.example", "http-host b.example"});
}

TEST_CASE("2xx to CONNECT hands both sides over, another status does not")
{
    Connection refused;
    refused.client("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
    refused.server("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno");
    refused.client("CONNECT b.example:443 HTTP/1.1\r\n\r\n");
    CHECK_FALSE(refused.stream.handed_over(Side::client));
    const std::string_view granted = "HTTP/1.1 200 Connection established\r\n\r\n";
    CHECK(refused.server(std::string{granted} + "\x16\x03") == granted.size());
    CHECK(refused.stream.handed_over(Side::client));
    CHECK(refused.stream.handed_over(Side::server));
    CHECK(refused.client("\x16\x03") == 0);
    CHECK(refused.facts.application->connect == Names{"a.example:443", "b.example:443"});
    CHECK(refused.hosts() == Names{"proxy-connect a.example", "proxy-connect b.example"});
}

TEST_CASE("a CONNECT target that is no authority is kept as seen and gives no proxy name")
{
    Connection connection;
    connection.client("CONNECT / HTTP/1.1\nHost: a.example\n\n");
    CHECK(connection.facts.application->connect == Names{"/"});
    CHECK(connection.hosts() == Names{"http-host a.example"});
}

TEST_CASE("where only the client was captured, octets behind a CONNECT that are no request are the tunnel's")
{
    Connection connection;
    connection.client("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
    CHECK(connection.client("\x16\x03\x01") == 0);
    CHECK(connection.stream.handed_over(Side::client));
    CHECK_FALSE(connection.stream.handed_over(Side::server));
}

TEST_CASE("101 hands over, and so does the preface of HTTP/2 after an upgrade")
{
    Connection upgraded;
    upgraded.client("GET /ws HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    upgraded.server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
    CHECK(upgraded.stream.handed_over(Side::client));
    CHECK(upgraded.stream.handed_over(Side::server));

    Connection preface;
    preface.client("GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c\r\n\r\n");
    CHECK(preface.client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 18);
    CHECK(preface.requests() == 1);
    CHECK(preface.stream.handed_over(Side::client));
}

TEST_CASE("responses are framed by what they answer")
{
    Connection connection;
    connection.client("HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n" + get("a.example") + get("a.example") +
                      "CONNECT b.example:1 HTTP/1.1\r\n\r\n");
    connection.server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");  // no body: HEAD
    connection.server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
    connection.server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
    connection.server("HTTP/1.1 200 OK\r\n\r\n");
    CHECK(connection.stream.handed_over(Side::server));
    CHECK(connection.context.counters == DissectCounters{});
}

TEST_CASE("missing octets inside a body are passed over")
{
    Connection connection;
    connection.client("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1000\r\n\r\nxx");
    connection.missing(Side::client, 998);
    connection.client(get("b.example"));
    connection.client("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nxx");
    connection.missing(Side::client, 14);
    connection.client("\r\n0\r\n\r\n" + get("c.example"));
    CHECK(connection.hosts() == Names{"http-host a.example", "http-host b.example", "http-host c.example"});
    CHECK(connection.context.counters == DissectCounters{});
}

TEST_CASE("a lost boundary is counted, and a run that begins with a request line is read again")
{
    Connection connection;
    connection.client("GET /x HTTP/1.1\r\nHost: a.example\r\nCookie: ");
    connection.missing(Side::client, 100);
    connection.client("tail of something\r\n\r\n" + get("hidden.example"));
    connection.client(get("b.example"));
    CHECK(connection.hosts() == Names{"http-host a.example", "http-host b.example"});
    CHECK(connection.context.counters.http_unsynchronised == 1);
    CHECK(connection.context.counters.head_truncated == 1);
}

TEST_CASE("lengths that contradict themselves lose the boundary but not the name")
{
    Connection connection;
    connection.client("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nGET / HTTP");
    CHECK(connection.hosts() == Names{"http-host a.example"});
    CHECK(connection.context.counters.http_unsynchronised == 1);
}

TEST_CASE("broken chunks lose the boundary")
{
    for (const std::string_view body : {"x\r\n", "5\r\nhello!", "\r\n", "10000000000000000\r\n", "5:\r\n"}) {
        CAPTURE(body);
        Connection connection;
        connection.client("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string{body});
        CHECK(connection.context.counters.http_unsynchronised == 1);
    }
}

TEST_CASE("a head over the bound is read as far as it goes and counted")
{
    Connection connection;
    connection.client("GET / HTTP/1.1\r\nHost: a.example\r\n");
    for (int i = 0; i < 70; ++i)
        connection.client("X: " + std::string(1000, 'x') + "\r\n");
    CHECK(connection.hosts() == Names{"http-host a.example"});
    CHECK(connection.context.counters.head_bound == 1);
    CHECK(connection.requests() == 1);
}

TEST_CASE("the end of the stream ends an unfinished head")
{
    Connection connection;
    connection.client("GET / HTTP/1.1\r\nHost: a.example\r\nX");
    connection.finish();
    CHECK(connection.hosts() == Names{"http-host a.example"});
    CHECK(connection.context.counters.head_truncated == 1);

    Connection old;
    old.client("GET /old\r\n");
    old.server("<html>");
    old.finish();
    CHECK(old.requests() == 1);
    CHECK(old.context.counters == DissectCounters{});
}

TEST_CASE("a response without a head lasts to the end and is no lost boundary")
{
    Connection connection;
    connection.client(get("a.example"));
    connection.server("<html>HTTP/1.1 200 OK\r\n\r\n");
    CHECK(connection.context.counters == DissectCounters{});
}

TEST_CASE("responses alone are HTTP too")
{
    Connection connection;
    connection.server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 204 No Content\r\n\r\n");
    CHECK(connection.facts.protocol == Protocol::http);
    CHECK(connection.context.counters == DissectCounters{});
}

TEST_CASE("names are kept as seen, escaped, and bounded")
{
    Connection connection;
    connection.client("GET / HTTP/1.1\r\nHost: A.example\xff\x01\r\n\r\n");
    connection.client(get(std::string(256, 'a')));
    CHECK(connection.hosts() == Names{"http-host A.example\\255\\001"});
    CHECK(connection.context.counters.names_bound == 1);
    for (int i = 0; i < 100; ++i)
        connection.client(get("h" + std::to_string(i) + ".example"));
    CHECK(connection.facts.names.size() == FlowFacts::max_names);
}
