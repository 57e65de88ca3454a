#include <doctest/doctest.h>

#include <string>

#include "capture/network/polite_end.h"
#include "tests/support/octets.h"

using waybill::as_octets;
using waybill::as_text;
using waybill::Bytes;
using waybill::contained::farewell;
using waybill::contained::Opening;
using waybill::contained::recognise;
using waybill::test::hex;

TEST_CASE("a client's first octets say what it speaks, and whether its hello is whole")
{
    using enum Opening::Kind;
    struct Row {
        const char* what;
        const char* wire;
        Opening opening;
    };
    const Row rows[] = {
        {"nothing", "", {silent, false}},
        {"one octet of a record", "16", {tls, false}},
        {"a hello in one record", "16 0301 0006 | 01 000002 0303", {tls, true}},
        {"a hello in two records", "16 0301 0005 | 01 000002 03 | 16 0303 0001 | 03", {tls, true}},
        {"the first record of two", "16 0301 0005 | 01 000002 03", {tls, false}},
        {"half a record", "16 0301 0006 | 01 0000", {tls, false}},
        {"a header over two records", "16 0301 0002 | 01 00 | 16 0301 0002 | 00 00", {tls, true}},
        {"an alert after a broken hello", "16 0301 0001 | 01 | 15 0301 0002 | 02 28", {tls, true}},
        {"a record of another protocol", "16 04 00", {other, false}},
        {"a request's first letters", "47 45", {http1, false}},
        {"binary", "05 01 00", {other, false}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(recognise(hex(row.wire)) == row.opening);
    }
}

TEST_CASE("text protocols are told apart by their first line")
{
    using enum Opening::Kind;
    struct Row {
        std::string text;
        Opening opening;
    };
    const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const Row rows[] = {
        {"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", {http1, true}},
        {"GET / HTTP/1.1\r\nHost: example.com\r\n", {http1, false}},
        {"CONNECT example.com:443 HTTP/1.1\r\n\r\n", {http1, true}},
        {"M-SEARCH * HTTP/1.1\n\n", {http1, true}},
        {"SSH-2.0-tool\r\n", {other, false}},
        {"helo", {other, false}},
        {std::string(21, 'A') + " /", {other, false}},
        {"PRI * HTTP", {http2, false}},
        {preface, {http2, false}},
        {preface + std::string("\0\0\0\4\0\0\0\0\0", 9), {http2, false}},
        {preface + std::string("\0\0\0\4\0\0\0\0\0", 9) + std::string("\0\0\1\1\5\0\0\0\1\x82", 10), {http2, true}},
        {preface + std::string("\0\0\1\1\5\0\0\0\1", 9), {http2, false}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(recognise(as_octets(row.text)) == row.opening);
    }
}

TEST_CASE("a hello stays incomplete until its last octet")
{
    const auto hello = hex("16 0301 0006 | 01 000004 0303 | 16 0301 0002 | 0102");
    for (std::size_t length = 1; length < hello.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(recognise(Bytes{hello}.first(length)).complete);
    }
    CHECK(recognise(hello).complete);
}

TEST_CASE("each protocol is refused in its own words")
{
    using enum Opening::Kind;
    const Bytes alert = farewell(tls);
    CHECK(waybill::to_hex(alert) == "15030300020228");
    CHECK(as_text(farewell(http1)).starts_with("HTTP/1.1 503 "));
    CHECK(as_text(farewell(http1)).contains("\r\nConnection: close\r\n"));
    CHECK(waybill::to_hex(farewell(http2)).starts_with("000000040000000000"));
    CHECK(farewell(other).empty());
    CHECK(farewell(silent).empty());
}
