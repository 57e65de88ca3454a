#include "wire/http1.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace waybill;
using namespace waybill::http1;

namespace {

using Kind = Framing::Kind;

constexpr std::string_view whole_request =
    "POST /a?b HTTP/1.1\r\n"
    "Host: api.example.com:8080\r\n"
    "Content-Length: 12\r\n"
    "\r\n";

}  // namespace

TEST_CASE("a request line gives method, target and version")
{
    struct Row {
        std::string_view line;
        RequestLine request;
    };
    const Row rows[] = {
        {"GET / HTTP/1.1", {"GET", "/", "HTTP/1.1"}},
        {"OPTIONS * HTTP/1.1", {"OPTIONS", "*", "HTTP/1.1"}},
        {"CONNECT a.example:443 HTTP/1.0", {"CONNECT", "a.example:443", "HTTP/1.0"}},
        {"GET http://a.example/ HTTP/1.1", {"GET", "http://a.example/", "HTTP/1.1"}},
        {"MADE-UP / HTTP/1.1", {"MADE-UP", "/", "HTTP/1.1"}},
        {"GET /with a space HTTP/1.1", {"GET", "/with a space", "HTTP/1.1"}},
        {"GET /old", {"GET", "/old", ""}},
        {"OPTIONS", {"OPTIONS", "", ""}},
        {"GET / HTTP/1.", {"GET", "/", "HTTP/1."}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const auto request = parse_request_line(row.line);
        REQUIRE(request.has_value());
        CHECK(*request == row.request);
    }
}

TEST_CASE("what is no request line says why")
{
    using enum ParseError::Kind;
    struct Row {
        std::string_view line;
        ParseError error;
    };
    const Row rows[] = {
        {"", {bad_value, 0}},
        {"GET/ HTTP/1.1", {bad_value, 0}},
        {"\x16\x03\x01", {bad_value, 0}},
        {"hello world", {bad_value, 5}},
        {"OPTIONS rtsp://a.example RTSP/1.0", {unsupported, 25}},
        {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1", {too_long, 32}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const auto request = parse_request_line(row.line);
        REQUIRE_FALSE(request.has_value());
        CHECK(request.error() == row.error);
    }
}

TEST_CASE("an authority is a host and perhaps a port")
{
    struct Row {
        std::string_view text;
        std::optional<Authority> authority;
    };
    const Row rows[] = {
        {"a.example", Authority{"a.example", std::nullopt}},
        {"a.example:443", Authority{"a.example", 443}},
        {"a.example:", Authority{"a.example", std::nullopt}},
        {"user:secret@a.example:1", Authority{"a.example", 1}},
        {"[2001:db8::1]:8443", Authority{"2001:db8::1", 8443}},
        {"[::1]", Authority{"::1", std::nullopt}},
        {"", std::nullopt},
        {":80", std::nullopt},
        {"/", std::nullopt},
        {"a b", std::nullopt},
        {"a.example:65536", std::nullopt},
        {"a.example:x", std::nullopt},
        {"[::1", std::nullopt},
        {"[::1]x", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(parse_authority(row.text) == row.authority);
    }
}

TEST_CASE("only an absolute-form target has an authority")
{
    CHECK(authority_of_target("http://a.example:81/x?y") == Authority{"a.example", 81});
    CHECK(authority_of_target("http://a.example?x") == Authority{"a.example", std::nullopt});
    CHECK_FALSE(authority_of_target("/x?u=http://b.example/"));
    CHECK_FALSE(authority_of_target("a.example:443"));
    CHECK_FALSE(authority_of_target("*"));
}

TEST_CASE("a request head gives its fields and the body's framing")
{
    const auto head = parse_request_head(whole_request);
    REQUIRE(head.has_value());
    CHECK(head->line == RequestLine{"POST", "/a?b", "HTTP/1.1"});
    CHECK(head->body == Framing{Kind::length, 12});
    FieldReader fields{head->fields};
    const auto host = fields.next();
    REQUIRE(host.has_value());
    CHECK(host->is("host"));
    CHECK(host->value == "api.example.com:8080");
    CHECK(fields.next()->value == "12");
    CHECK_FALSE(fields.next().has_value());
    CHECK_FALSE(head->malformed_fields);
}

TEST_CASE("the framing of a request's body follows its fields")
{
    struct Row {
        std::string_view fields;
        std::optional<Framing> body;
    };
    const Row rows[] = {
        {"", Framing{Kind::none, 0}},
        {"Content-Length: 0\n", Framing{Kind::length, 0}},
        {"content-length: 7\n", Framing{Kind::length, 7}},
        {"Content-Length: 7, 7\n", Framing{Kind::length, 7}},
        {"Content-Length: 7\nContent-Length: 7\n", Framing{Kind::length, 7}},
        {"Content-Length: 7\nContent-Length: 8\n", std::nullopt},
        {"Content-Length: 18446744073709551616\n", std::nullopt},
        {"Content-Length: -1\n", std::nullopt},
        {"Content-Length:\n", std::nullopt},
        {"Transfer-Encoding: chunked\nContent-Length: 7\n", Framing{Kind::chunked, 0}},
        {"Transfer-Encoding: gzip, Chunked\n", Framing{Kind::chunked, 0}},
        {"Transfer-Encoding: gzip\n", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.fields);
        const auto head = parse_request_head("POST / HTTP/1.1\nHost: a.example\n" + std::string{row.fields} + "\n");
        REQUIRE(head.has_value());
        CHECK(head->body == row.body);
    }
}

TEST_CASE("the framing of a response's body depends on status and request")
{
    struct Row {
        std::string_view head;
        RequestKind request;
        std::optional<Framing> body;
        bool tunnel;
    };
    const Row rows[] = {
        {"HTTP/1.1 200 OK\nContent-Length: 5\n\n", RequestKind::other, Framing{Kind::length, 5}, false},
        {"HTTP/1.1 200 OK\nContent-Length: 5\n\n", RequestKind::head, Framing{}, false},
        {"HTTP/1.1 200 OK\n\n", RequestKind::other, Framing{Kind::until_close, 0}, false},
        {"HTTP/1.1 200 OK\nTransfer-Encoding: gzip\n\n", RequestKind::other, Framing{Kind::until_close, 0}, false},
        {"HTTP/1.1 204 No Content\n\n", RequestKind::other, Framing{}, false},
        {"HTTP/1.1 304 Not Modified\nContent-Length: 5\n\n", RequestKind::other, Framing{}, false},
        {"HTTP/1.1 100 Continue\n\n", RequestKind::other, Framing{}, false},
        {"HTTP/1.1 101 Switching Protocols\n\n", RequestKind::upgrade, Framing{}, true},
        {"HTTP/1.0 200 Connection established\n\n", RequestKind::connect, Framing{}, true},
        {"HTTP/1.1 407 No\nContent-Length: 9\n\n", RequestKind::connect, Framing{Kind::length, 9}, false},
        {"HTTP/1.1 200\n\n", RequestKind::other, Framing{Kind::until_close, 0}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.head);
        const auto response = parse_response_head(row.head, row.request);
        REQUIRE(response.has_value());
        CHECK(response->body == row.body);
        CHECK(response->tunnel == row.tunnel);
    }
    CHECK_FALSE(parse_response_head("HTTP/1.1 20x OK\n\n", RequestKind::other).has_value());
    CHECK_FALSE(parse_response_head("HTTP/1.1\n\n", RequestKind::other).has_value());
    CHECK_FALSE(parse_response_head("ICY 200 OK\n\n", RequestKind::other).has_value());
    CHECK(parse_response_head("HTTP/1.1 200 OK", RequestKind::other).error().kind == ParseError::Kind::truncated);
}

TEST_CASE("a head ends at its empty line, whichever line ends it has")
{
    CHECK(find_head_end("") == 0);
    CHECK(find_head_end("GET / HTTP/1.1\r\n") == 0);
    CHECK(find_head_end("a\r\n\r\nb") == 5);
    CHECK(find_head_end("a\n\nb") == 3);
    CHECK(find_head_end("a\n\r\nb") == 4);
    CHECK(find_head_end("a\r\n\r\n", 4) == 5);  // the empty line began in what was searched before
    CHECK(find_head_end("a\r\n\r\n", 3) == 5);
}

TEST_CASE("a line that is no field is passed over and noted")
{
    const auto head = parse_request_head("GET / HTTP/1.1\r\nnonsense\r\nHost : a.example\r\n folded\r\n\r\n");
    REQUIRE(head.has_value());
    CHECK(head->malformed_fields);
    FieldReader fields{head->fields};
    CHECK(fields.next()->value == "a.example");
}

TEST_CASE("a request without a version needs a field line, or is the GET of HTTP/0.9")
{
    CHECK(parse_request_head("GET /old\r\n").has_value());
    CHECK(parse_request_head("OPTIONS\nHost: a.example\n\n").has_value());
    CHECK_FALSE(parse_request_head("OPTIONS\n\n").has_value());
    CHECK_FALSE(parse_request_head("COPY that\n\n").has_value());
}

TEST_CASE("every prefix of a request is read as far as its lines go, or is truncated")
{
    for (std::size_t length = 0; length < whole_request.size(); ++length) {
        CAPTURE(length);
        const auto prefix = whole_request.substr(0, length);
        CHECK(find_head_end(prefix) == 0);
        const auto head = parse_request_head(prefix);
        const bool line_ended = length >= whole_request.find('\n') + 1;
        CHECK(head.has_value() == line_ended);
        if (!head)
            CHECK(head.error().kind == ParseError::Kind::truncated);
    }
}

TEST_CASE("a request is told by its first octets")
{
    struct Row {
        std::string_view text;
        Likeness likeness;
    };
    const Row rows[] = {
        {"", Likeness::undecided},
        {"GE", Likeness::undecided},
        {"GET /", Likeness::yes},
        {"GET http", Likeness::yes},
        {"CONNECT a.example", Likeness::undecided},
        {"CONNECT a.example:443 HTTP/1.1\r\n", Likeness::yes},
        {"NOSUCH / HTTP/1.1\n", Likeness::yes},
        {"NOSUCH /\n", Likeness::no},
        {"OPTIONS\nHost: a\n", Likeness::yes},
        {"OPTIONS\nnothing\n", Likeness::no},
        {"SSH-2.0-x\r\n", Likeness::no},
        {" GET / HTTP/1.1\r\n", Likeness::no},
        {"\x16\x03", Likeness::no},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(starts_like_request(row.text) == row.likeness);
    }
    CHECK(starts_with_request_line("GET / HTTP/1.1\r\nx"));
    CHECK_FALSE(starts_with_request_line("GET / HTTP/1.1"));
    CHECK_FALSE(starts_with_request_line("GET /\r\n"));
}
