#include "wire/tls_client_hello.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/octets.h"
#include "tests/wire/tls_hello_builder.h"

using namespace waybill;
using test::HelloBuilder;
using test::hex;
using tls::HelloTransport;

namespace {

HelloBuilder browser_like()
{
    HelloBuilder hello;
    hello.cipher_suites = test::u16s({0x2a2a, 0x1301, 0x1302, 0xc02b});
    hello.extension(0x3a3a, {})
        .server_name("api.example.com")
        .groups({0x4a4a, 0x001d, 0x0017})
        .extension(11, hex("01 | 00"))
        .alpn({"h2", "http/1.1"})
        .algorithms({0x0403, 0x0804})
        .versions({0x5a5a, 0x0304, 0x0303})
        .extension(0xfe0d, hex("00 | 00 01 00 01 | 07 | 00 02 aa bb | 00 03 cc dd ee"));
    return hello;
}

}  // namespace

TEST_CASE("a ClientHello's fields are read in their order")
{
    const auto body = browser_like().body();
    const auto hello = tls::parse_client_hello(body, HelloTransport::tls);
    REQUIRE(hello.has_value());
    CHECK(hello->legacy_version == 0x0303);
    CHECK(hello->cipher_suites.size() == 4);
    CHECK(hello->cipher_suites[3] == 0xc02b);
    CHECK(hello->server_name == "api.example.com");
    CHECK(hello->server_name_offered);
    CHECK(tls::alpn_names(*hello) == std::vector<std::string>{"h2", "http/1.1"});
    CHECK(hello->supported_versions.size() == 3);
    CHECK(hello->supported_groups[1] == 0x001d);
    CHECK(hello->signature_algorithms[0] == 0x0403);
    CHECK(hello->ec_point_formats.size() == 1);
    CHECK(hello->ech_offered);
    CHECK_FALSE(hello->ech_inner);
    CHECK_FALSE(hello->esni_offered);
    CHECK_FALSE(hello->damage.has_value());
    CHECK(tls::highest_version(*hello) == 0x0304);
}

TEST_CASE("a hello without extensions ends after the compression methods")
{
    HelloBuilder builder;
    builder.legacy_version = 0x0300;
    builder.has_extensions = false;
    const auto body = builder.body();
    const auto hello = tls::parse_client_hello(body, HelloTransport::tls);
    REQUIRE(hello.has_value());
    CHECK_FALSE(hello->server_name.has_value());
    CHECK_FALSE(hello->server_name_offered);
    CHECK(tls::highest_version(*hello) == 0x0300);
}

TEST_CASE("every prefix of a ClientHello is truncated, but for the one that ends before the extensions")
{
    const auto body = browser_like().body();
    const std::size_t without_extensions = 2 + 32 + 1 + 2 + 8 + 2;
    for (std::size_t size = 0; size < body.size(); ++size) {
        CAPTURE(size);
        const auto hello = tls::parse_client_hello(Bytes{body}.first(size), HelloTransport::tls);
        CHECK(hello.has_value() == (size == without_extensions));
        if (!hello)
            CHECK(hello.error().kind == ParseError::Kind::truncated);
    }
}

TEST_CASE("a ClientHello of DTLS has a cookie")
{
    HelloBuilder builder;
    builder.legacy_version = 0xfefd;
    builder.cookie = hex("01 02 03");
    builder.server_name("turn.example.com").versions({0xfefc, 0xfefd});
    const auto body = builder.body();
    const auto hello = tls::parse_client_hello(body, HelloTransport::dtls);
    REQUIRE(hello.has_value());
    CHECK(hello->server_name == "turn.example.com");
    CHECK(tls::highest_version(*hello) == 0xfefc);
}

TEST_CASE("a malformed ClientHello says what is wrong and where")
{
    using enum ParseError::Kind;
    const std::string start = "0303 | 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a |";
    struct Row {
        const char* what;
        std::string wire;
        ParseError error;
    };
    const Row rows[] = {
        {"no octet at all", "", {truncated, 0}},
        {"no session id", start, {truncated, 34}},
        {"session id of 33 octets", start + "21", {bad_value, 35}},
        {"cipher suites longer than the message", start + "00 | 0004 1301", {truncated, 37}},
        {"half a cipher suite", start + "00 | 0003 130113 | 01 00", {bad_value, 37}},
        {"no compression methods", start + "00 | 0002 1301", {truncated, 39}},
        {"extensions longer than the message", start + "00 | 0002 1301 | 01 00 | 0004 0000", {truncated, 43}},
        {"octets after the extensions", start + "00 | 0002 1301 | 01 00 | 0000 | 00", {bad_value, 43}},
        {"an extension longer than the list", start + "00 | 0002 1301 | 01 00 | 0005 0010 0002 00", {truncated, 47}},
        {"half an extension header", start + "00 | 0002 1301 | 01 00 | 0003 0010 00", {truncated, 45}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto hello = tls::parse_client_hello(hex(row.wire), HelloTransport::tls);
        REQUIRE_FALSE(hello.has_value());
        CHECK(hello.error() == row.error);
    }
}

TEST_CASE("an extension of wrong form is left out and noted, and the rest of the hello is kept")
{
    using enum ParseError::Kind;
    constexpr std::size_t data_offset = 2 + 32 + 1 + 6 + 2 + 2 + 4;
    struct Row {
        const char* what;
        unsigned type;
        const char* data;
        ParseError::Kind kind;
        std::uint8_t offset;
    };
    const Row rows[] = {
        {"empty server_name", 0, "", truncated, 0},
        {"server_name list of nothing", 0, "0000", bad_value, 2},
        {"server_name list too long", 0, "0005 00 0001 61", truncated, 2},
        {"octet after the server_name list", 0, "0004 00 0001 61 | 00", bad_value, 6},
        {"host_name too long", 0, "0004 00 0002 61", truncated, 5},
        {"empty host_name", 0, "0003 00 0000", bad_value, 5},
        {"two host_names", 0, "0008 00 0001 61 00 0001 62", bad_value, 10},
        {"empty protocol list", 16, "0000", bad_value, 2},
        {"protocol list too long", 16, "0004 02 6832", truncated, 2},
        {"octet after the protocol list", 16, "0003 02 6832 00", bad_value, 5},
        {"protocol too long", 16, "0003 03 6832", truncated, 3},
        {"empty protocol", 16, "0004 02 6832 00", bad_value, 6},
        {"no group", 10, "0000", bad_value, 2},
        {"half a group", 10, "0003 001d 00", bad_value, 2},
        {"octet after the groups", 10, "0002 001d 00", bad_value, 2},
        {"algorithms too long", 13, "0004 0403", truncated, 2},
        {"no version", 43, "00", bad_value, 1},
        {"no point format", 11, "00", bad_value, 1},
        {"point formats too long", 11, "02 00", truncated, 1},
        {"ECH of an unknown type", 0xfe0d, "02", bad_value, 1},
        {"ECH cut short", 0xfe0d, "00 0001 0001 07 0002 aa", truncated, 8},
        {"inner ECH with content", 0xfe0d, "01 00", bad_value, 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        HelloBuilder builder;
        builder.extension(row.type, hex(row.data)).extension(0x1234, {});
        const auto body = builder.body();
        const auto hello = tls::parse_client_hello(body, HelloTransport::tls);
        REQUIRE(hello.has_value());
        REQUIRE(hello->damage.has_value());
        CHECK(*hello->damage == ParseError{row.kind, data_offset + row.offset});
        CHECK_FALSE(hello->server_name.has_value());
        CHECK(hello->alpn.empty());
        CHECK(hello->supported_groups.empty());
        CHECK(hello->signature_algorithms.empty());
        CHECK(hello->ec_point_formats.empty());
        CHECK(hello->server_name_offered == (row.type == 0));
        CHECK(hello->ech_offered == (row.type == 0xfe0d));
    }
}

TEST_CASE("of an extension that stands twice the first counts, and the hello is noted as damaged")
{
    HelloBuilder builder;
    builder.server_name("first.example").server_name("second.example");
    const auto body = builder.body();
    const auto hello = tls::parse_client_hello(body, HelloTransport::tls);
    REQUIRE(hello.has_value());
    CHECK(hello->server_name == "first.example");
    CHECK(hello->damage.has_value());
}

TEST_CASE("a name of a type unknown today is passed over")
{
    HelloBuilder builder;
    builder.extension(0, hex("000a | 01 0002 ffff | 00 0002 6162"));
    const auto body = builder.body();
    const auto hello = tls::parse_client_hello(body, HelloTransport::tls);
    REQUIRE(hello.has_value());
    CHECK(hello->server_name == "ab");
    CHECK_FALSE(hello->damage.has_value());
}

TEST_CASE("an inner ECH and the ESNI of the drafts are told from an outer ECH")
{
    HelloBuilder inner;
    inner.extension(0xfe0d, hex("01"));
    const auto inner_body = inner.body();
    const auto inner_hello = tls::parse_client_hello(inner_body, HelloTransport::quic);
    REQUIRE(inner_hello.has_value());
    CHECK(inner_hello->ech_inner);
    CHECK_FALSE(inner_hello->ech_offered);

    HelloBuilder esni;
    esni.extension(0xffce, hex("1301")).extension(42, {}).extension(41, hex("00"));
    const auto esni_body = esni.body();
    const auto esni_hello = tls::parse_client_hello(esni_body, HelloTransport::tls);
    REQUIRE(esni_hello.has_value());
    CHECK(esni_hello->esni_offered);
    CHECK(esni_hello->early_data);
    CHECK(esni_hello->pre_shared_key);
    CHECK_FALSE(esni_hello->ech_offered);
}

TEST_CASE("a ClientHello in SSL 2.0's form has a version and no name")
{
    const std::string challenge = "000102030405060708090a0b0c0d0e0f";
    const auto hello = tls::parse_sslv2_client_hello(hex("0301 | 0006 | 0000 | 0010 | 000004 010080 |" + challenge));
    REQUIRE(hello.has_value());
    CHECK(hello->legacy_version == 0x0301);
    CHECK(hello->format == tls::HandshakeMessage::Format::sslv2);
    CHECK_FALSE(hello->server_name.has_value());

    using enum ParseError::Kind;
    struct Row {
        const char* what;
        std::string wire;
        ParseError error;
    };
    const Row rows[] = {
        {"no octet at all", "", {truncated, 0}},
        {"challenge too short", "0301 | 0003 | 0000 | 0010 | 000004 | 00", {truncated, 11}},
        {"no cipher spec", "0301 | 0000 | 0000 | 0010 |" + challenge, {bad_value, 8}},
        {"half a cipher spec", "0301 | 0004 | 0000 | 0010 | 00000401 |" + challenge, {bad_value, 8}},
        {"an octet left over", "0301 | 0003 | 0000 | 0010 | 000004 |" + challenge + "00", {bad_value, 27}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto bad = tls::parse_sslv2_client_hello(hex(row.wire));
        REQUIRE_FALSE(bad.has_value());
        CHECK(bad.error() == row.error);
    }
}

TEST_CASE("a server name is presented with its odd octets escaped")
{
    CHECK(tls::presentation("API.example.com.") == "API.example.com.");
    CHECK(tls::presentation("a b\\c") == "a b\\\\c");
    CHECK(tls::presentation(std::string_view{"\0\xff\n", 3}) == "\\000\\255\\010");
    CHECK(tls::presentation("").empty());
}
