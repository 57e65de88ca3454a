#include "wire/tls_fingerprint.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "tests/support/octets.h"
#include "tests/wire/tls_hello_builder.h"
#include "wire/ja3.h"

using namespace waybill;
using test::HelloBuilder;
using test::hex;
using tls::HelloTransport;

namespace {

HelloBuilder client(unsigned grease)
{
    HelloBuilder hello;
    hello.cipher_suites = test::u16s({grease, 0x1301, 0xc02b});
    hello.extension(grease, {})
        .server_name("api.example.com")
        .groups({grease, 0x001d})
        .extension(11, hex("0100"))
        .alpn({"h2"})
        .algorithms({0x0403})
        .versions({grease, 0x0304, 0x0303});
    return hello;
}

struct Printed {
    std::string key;
    HelloFingerprint fingerprint;
    Md5 ja3{};
};

Printed print(const HelloBuilder& builder, HelloTransport transport = HelloTransport::tls)
{
    const auto body = builder.body();
    const auto hello = tls::parse_client_hello(body, transport);
    REQUIRE(hello.has_value());
    Printed printed;
    tls::write_fingerprint_key(*hello, printed.key);
    printed.fingerprint = tls::make_fingerprint(*hello);
    printed.ja3 = tls::Ja3{}.digest(*hello);
    return printed;
}

}  // namespace

TEST_CASE("a fingerprint says version, protocols, ECH and GREASE")
{
    HelloBuilder builder = client(0x7a7a);
    builder.extension(0xfe0d, hex("00 | 00010001 | 07 | 0000 | 0001 00"));
    const HelloFingerprint fingerprint = print(builder).fingerprint;
    CHECK(fingerprint.version == 0x0304);
    CHECK(fingerprint.alpn == std::vector<std::string>{"h2"});
    CHECK(fingerprint.ech_offered);
    CHECK(fingerprint.grease);
    CHECK(fingerprint.ja4.starts_with("t13d0207h2_"));
}

TEST_CASE("hellos that differ only in what is drawn for each connection share a key")
{
    const Printed first = print(client(0x0a0a));
    struct Row {
        const char* what;
        std::function<void(HelloBuilder&)> change;
    };
    const Row rows[] = {
        {"the random", [](HelloBuilder& hello) { hello.random = std::byte{0x77}; }},
        {"the session id", [](HelloBuilder& hello) { hello.session_id = hex("010203"); }},
        {"which GREASE", [](HelloBuilder& hello) { hello = client(0xfafa); }},
        {"the name",
         [](HelloBuilder& hello) {
             hello = client(0x0a0a);
             const auto at = hello.extensions.begin() + 4 + 9;
             *at = std::byte{'x'};
         }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        HelloBuilder builder = client(0x0a0a);
        row.change(builder);
        const Printed other = print(builder);
        CHECK(other.key == first.key);
        CHECK(other.fingerprint == first.fingerprint);
        CHECK(other.ja3 == first.ja3);
    }
}

TEST_CASE("hellos whose fingerprints differ have other keys")
{
    const Printed first = print(client(0x0a0a));
    struct Row {
        const char* what;
        std::function<void(HelloBuilder&)> change;
    };
    const Row rows[] = {
        {"legacy_version", [](HelloBuilder& hello) { hello.legacy_version = 0x0302; }},
        {"a cipher suite", [](HelloBuilder& hello) { hello.cipher_suites = test::u16s({0x0a0a, 0x1301, 0xc02c}); }},
        {"the cipher suites' order", [](HelloBuilder& hello) { hello.cipher_suites = test::u16s({0xc02b, 0x1301}); }},
        {"an extension more", [](HelloBuilder& hello) { hello.extension(35, {}); }},
        {"no GREASE", [](HelloBuilder& hello) { hello = client(0x1301); }},
        {"an outer ECH", [](HelloBuilder& hello) { hello.extension(0xfe0d, hex("00 00010001 07 0000 0001 00")); }},
        {"no extension", [](HelloBuilder& hello) { hello.extensions.clear(); }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        HelloBuilder builder = client(0x0a0a);
        row.change(builder);
        const Printed other = print(builder);
        CHECK(other.key != first.key);
        CHECK_FALSE((other.fingerprint == first.fingerprint && other.ja3 == first.ja3));
    }
    CHECK(print(client(0x0a0a), HelloTransport::quic).key != first.key);
}

TEST_CASE("hellos whose extensions stand in another order share a key once their types are sorted, and a fingerprint")
{
    HelloBuilder one = client(0x0a0a);
    one.extension(35, {}).extension(0x4469, hex("00"));
    HelloBuilder other = client(0x0a0a);
    other.extension(0x4469, hex("00")).extension(35, {});
    Printed first = print(one);
    Printed second = print(other);
    CHECK(first.key != second.key);
    tls::sort_extension_types(first.key);
    tls::sort_extension_types(second.key);
    CHECK(first.key == second.key);
    CHECK(first.fingerprint == second.fingerprint);
    HelloBuilder less = client(0x0a0a);
    less.extension(35, {});
    Printed third = print(less);
    tls::sort_extension_types(third.key);
    CHECK(third.key != first.key);
}

TEST_CASE("a hello without extensions has a key too, in which nothing is to be sorted")
{
    HelloBuilder bare;
    bare.has_extensions = false;
    Printed printed = print(bare);
    const std::string key = printed.key;
    tls::sort_extension_types(printed.key);
    CHECK(printed.key == key);
}

TEST_CASE("an outer and an inner ECH have other keys")
{
    HelloBuilder outer = client(0x0a0a);
    outer.extension(0xfe0d, hex("00 00010001 07 0000 0001 00"));
    HelloBuilder inner = client(0x0a0a);
    inner.extension(0xfe0d, hex("01"));
    CHECK(print(outer).key != print(inner).key);
    CHECK(print(outer).fingerprint.ech_offered);
    CHECK_FALSE(print(inner).fingerprint.ech_offered);
}

TEST_CASE("GREASE is seen wherever it stands")
{
    struct Row {
        const char* what;
        std::function<void(HelloBuilder&)> add;
    };
    const Row rows[] = {
        {"cipher suites", [](HelloBuilder& hello) { hello.cipher_suites = test::u16s({0x1301, 0xdada}); }},
        {"extensions", [](HelloBuilder& hello) { hello.extension(0xdada, {}); }},
        {"groups", [](HelloBuilder& hello) { hello.groups({0xdada}); }},
        {"algorithms", [](HelloBuilder& hello) { hello.algorithms({0xdada}); }},
        {"versions", [](HelloBuilder& hello) { hello.versions({0xdada}); }},
        {"protocols", [](HelloBuilder& hello) { hello.alpn({"\xda\xda"}); }},
    };
    CHECK_FALSE(print(HelloBuilder{}).fingerprint.grease);
    for (const Row& row : rows) {
        CAPTURE(row.what);
        HelloBuilder builder;
        row.add(builder);
        CHECK(print(builder).fingerprint.grease);
        CHECK(print(builder).key != print(HelloBuilder{}).key);
    }
    CHECK(tls::is_grease(0x0a0a));
    CHECK(tls::is_grease(0xfafa));
    CHECK_FALSE(tls::is_grease(0x0a1a));
    CHECK_FALSE(tls::is_grease(0x0b0b));
}

TEST_CASE("SSL 2.0's form has a version and no fingerprint of TLS")
{
    const auto octets = hex("0002 | 0003 | 0000 | 0010 | 000004 | 000102030405060708090a0b0c0d0e0f");
    const auto hello = tls::parse_sslv2_client_hello(octets);
    REQUIRE(hello.has_value());
    const HelloFingerprint fingerprint = tls::make_fingerprint(*hello);
    CHECK(fingerprint.version == 0x0002);
    CHECK(fingerprint.ja4.empty());
    std::string key;
    tls::write_fingerprint_key(*hello, key);
    CHECK_FALSE(key.empty());
}
