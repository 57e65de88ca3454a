#include "analyze/dissect/http2_stream.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/analyze/event_text.h"
#include "tests/support/octets.h"
#include "wire/http1.h"

using namespace waybill;
using test::hex;

namespace {

struct Connection {
    DissectContext context;
    FlowFacts facts;
    Http2Stream stream;

    void feed(Side side, Bytes octets) { stream.data(side, octets, {context, facts, {}}); }
    void client(std::string_view digits) { feed(Side::client, hex(digits)); }
    void server(std::string_view digits) { feed(Side::server, hex(digits)); }
    void preface() { feed(Side::client, as_octets(http1::http2_preface)); }
    std::vector<std::string> names() const { return test::names_of(facts); }
};

using Names = std::vector<std::string>;

}  // namespace

// The block 8286 8441 0f… is RFC 7541's C.3.1: GET / of www.example.com.
TEST_CASE("the authority and method of every request are read, cut anywhere")
{
    const auto octets =
        hex("000000 04 00 00000000"
            "000014 01 05 00000001 828684410f7777772e6578616d706c652e636f6d"
            "000003 00 01 00000001 ffffff"
            "000004 01 05 00000003 838684be");
    for (const std::size_t cut : {std::size_t{1}, std::size_t{5}, octets.size()}) {
        CAPTURE(cut);
        Connection connection;
        connection.preface();
        for (std::size_t at = 0; at < octets.size(); at += cut)
            connection.feed(Side::client, Bytes{octets}.subspan(at, std::min(cut, octets.size() - at)));
        CHECK(connection.names() == Names{"http2-authority www.example.com"});
        CHECK(connection.facts.application->http_methods == Names{"GET", "POST"});
        CHECK(connection.facts.application->requests == 2);
        CHECK(connection.facts.protocol == Protocol::http2);
        CHECK(connection.context.counters == DissectCounters{});
    }
}

TEST_CASE("a block may be spread over CONTINUATION frames, with padding and priority")
{
    Connection connection;
    connection.preface();
    connection.client("00000b 01 28 00000001 | 02 | 00000000 10 | 828684 | 0000");
    connection.client("000010 09 00 00000001 | 410f7777772e6578616d706c652e636f");
    connection.client("000001 09 04 00000001 | 6d");
    CHECK(connection.names() == Names{"http2-authority www.example.com"});
}

TEST_CASE("a pushed request names its authority, a response nothing")
{
    Connection connection;
    connection.server("000018 05 04 00000001 | 00000002 | 828684410f7777772e6578616d706c652e636f6d");
    connection.server("000002 01 04 00000002 | 88 be");
    CHECK(connection.names() == Names{"http2-authority www.example.com"});
    CHECK(connection.facts.application == nullptr);
}

TEST_CASE("CONNECT names a target, host stands in for a missing authority")
{
    Connection connection;
    connection.preface();
    connection.client("000016 01 04 00000001 | 4207434f4e4e454354 | 410b 612e6578616d706c653a31");
    connection.client("00000c 01 04 00000003 | 82 | 6609 622e6578616d706c65");
    CHECK(connection.facts.application->connect == Names{"a.example:1"});
    CHECK(connection.names() == Names{"proxy-connect a.example", "http2-authority a.example", "http-host b.example"});
}

TEST_CASE("missing octets inside DATA cost nothing, a missing block leaves later names readable")
{
    Connection connection;
    connection.preface();
    connection.client("000064 00 00 00000001 ffff");
    connection.stream.missing(Side::client, 98, {connection.context, connection.facts, {}});
    CHECK(connection.context.counters == DissectCounters{});
    connection.client("000014 01 04 00000003 8286");
    connection.stream.missing(Side::client, 18, {connection.context, connection.facts, {}});
    connection.client("000004 01 04 00000005 828684be");  // refers to what is lost
    connection.client("00000c 01 04 00000007 | 82 | 4109 622e6578616d706c65");
    connection.client("000002 01 04 00000009 | 82 be");
    CHECK(connection.names() == Names{"http2-authority b.example"});
    CHECK(connection.context.counters == DissectCounters{});
    connection.stream.missing(Side::client, 1, {connection.context, connection.facts, {}});
    CHECK(connection.context.counters.http2_unsynchronised == 1);
    CHECK_FALSE(connection.stream.wants(Side::client));
}

TEST_CASE("frames that break RFC 9113 end the side")
{
    const char* const rows[] = {
        "000001 01 04 00000000 82",                             // HEADERS on no stream
        "000001 09 04 00000001 82",                             // CONTINUATION of nothing
        "000001 01 00 00000001 82 | 000001 09 04 00000003 00",  // of another stream
        "000001 01 00 00000001 82 | 000000 04 00 00000000",     // SETTINGS inside a block
        "000001 01 08 00000001 05",                             // more padding than payload
    };
    for (const char* const row : rows) {
        CAPTURE(row);
        Connection connection;
        connection.preface();
        connection.client(row);
        CHECK(connection.context.counters.http2_unsynchronised == 1);
        CHECK_FALSE(connection.stream.wants(Side::client));
        CHECK(connection.stream.wants(Side::server));
    }
}

TEST_CASE("a block over the bound is left out and counted")
{
    Connection connection;
    connection.preface();
    connection.client("010001 01 04 00000001");
    const std::vector<std::byte> block(0x10001, std::byte{0x82});
    connection.feed(Side::client, block);
    CHECK(connection.context.counters.head_bound == 1);
    connection.client("000014 01 04 00000003 828684410f7777772e6578616d706c652e636f6d");
    CHECK(connection.names() == Names{"http2-authority www.example.com"});
}
