#include "wire/tls_server_hello.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

const std::string random_field = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a |";
const std::string retry_random =
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c |";  // RFC 8446, 4.1.3

}  // namespace

TEST_CASE("a ServerHello tells the selected version and protocol")
{
    const auto octets = hex("0303 |" + random_field + "00 | c02f | 00 | 0009 | 0010 0005 0003 02 6832");
    const auto hello = tls::parse_server_hello(octets);
    REQUIRE(hello.has_value());
    CHECK(hello->version == 0x0303);
    CHECK(hello->cipher_suite == 0xc02f);
    CHECK(hello->alpn == "h2");
    CHECK_FALSE(hello->hello_retry_request);
    CHECK(tls::facts(*hello) == ServerHelloFacts{0x0303, "h2"});
}

TEST_CASE("TLS 1.3 is selected in supported_versions, and its retry has a random of its own")
{
    const auto octets = hex("0303 |" + retry_random + "00 | 1301 | 00 | 000c | 002b 0002 0304 | 0033 0002 001d");
    const auto hello = tls::parse_server_hello(octets);
    REQUIRE(hello.has_value());
    CHECK(hello->legacy_version == 0x0303);
    CHECK(hello->version == 0x0304);
    CHECK(hello->hello_retry_request);
    CHECK(tls::facts(*hello) == ServerHelloFacts{0x0304, ""});
}

TEST_CASE("a ServerHello without extensions ends after the compression method")
{
    const auto hello = tls::parse_server_hello(hex("0301 |" + random_field + "02 abcd | 0035 | 00"));
    REQUIRE(hello.has_value());
    CHECK(hello->version == 0x0301);
    CHECK_FALSE(hello->alpn.has_value());
}

TEST_CASE("every prefix of a ServerHello is truncated, but for the one that ends before the extensions")
{
    const auto octets = hex("0303 |" + random_field + "00 | c02f | 00 | 0009 | 0010 0005 0003 02 6832");
    for (std::size_t size = 0; size < octets.size(); ++size) {
        CAPTURE(size);
        const auto hello = tls::parse_server_hello(Bytes{octets}.first(size));
        CHECK(hello.has_value() == (size == 38));
        if (!hello)
            CHECK(hello.error().kind == ParseError::Kind::truncated);
    }
}

TEST_CASE("a malformed ServerHello says what is wrong and where")
{
    using enum ParseError::Kind;
    const std::string start = "0303 |" + random_field + "00 | 1301 | 00 |";
    struct Row {
        const char* what;
        std::string wire;
        ParseError error;
    };
    const Row rows[] = {
        {"a draft of TLS 1.3", "7f12", {unsupported, 0}},
        {"session id of 33 octets", "0303 |" + random_field + "21", {bad_value, 35}},
        {"octets after the extensions", start + "0000 | 00", {bad_value, 40}},
        {"an extension longer than the list", start + "0005 | 0033 0002 00", {truncated, 44}},
        {"half a version", start + "0005 | 002b 0001 03", {bad_value, 44}},
        {"a list of versions", start + "0007 | 002b 0003 020304", {bad_value, 44}},
        {"two protocols", start + "000b | 0010 0007 0005 02 6832 01 61", {bad_value, 44}},
        {"an empty protocol", start + "0007 | 0010 0003 0001 00", {bad_value, 44}},
        {"supported_versions twice", start + "000c | 002b 0002 0304 | 002b 0002 0303", {bad_value, 50}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto hello = tls::parse_server_hello(hex(row.wire));
        REQUIRE_FALSE(hello.has_value());
        CHECK(hello.error() == row.error);
    }
}
