#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/hex.h"
#include "tests/support/octets.h"
#include "tests/wire/tls_hello_builder.h"
#include "wire/ja3.h"
#include "wire/ja4.h"

using namespace waybill;
using test::HelloBuilder;
using test::hex;
using tls::HelloTransport;

namespace {

std::string ja4_of(const HelloBuilder& builder, HelloTransport transport = HelloTransport::tls)
{
    const auto body = builder.body();
    const auto hello = tls::parse_client_hello(body, transport);
    REQUIRE(hello.has_value());
    return tls::ja4(*hello);
}

std::string ja3_of(const HelloBuilder& builder, std::string_view text)
{
    const auto body = builder.body();
    const auto hello = tls::parse_client_hello(body, HelloTransport::tls);
    REQUIRE(hello.has_value());
    tls::Ja3 ja3;
    CHECK(ja3.text(*hello) == text);
    return to_hex(ja3.digest(*hello));
}

}  // namespace

TEST_CASE("JA3 gives the digests of its authors' two examples")
{
    HelloBuilder full;
    full.legacy_version = 769;
    full.cipher_suites = test::u16s({47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4});
    full.server_name("a.example").groups({23, 24, 25}).extension(11, hex("01 00"));
    CHECK(ja3_of(full, "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0") ==
          "ada70206e40642a3e4461f35503241d5");

    HelloBuilder bare;
    bare.legacy_version = 769;
    bare.cipher_suites = test::u16s({4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99});
    bare.has_extensions = false;
    CHECK(ja3_of(bare, "769,4-5-10-9-100-98-3-6-19-18-99,,,") == "de350869b8c85de67a350c8d186f11e6");
}

TEST_CASE("JA3 leaves GREASE out")
{
    HelloBuilder builder;
    builder.cipher_suites = test::u16s({0x0a0a, 0x1301, 0xfafa});
    builder.extension(0x1a1a, {}).groups({0x2a2a, 29}).extension(11, hex("02 00 01"));
    ja3_of(builder, "771,4865,10-11,29,0-1");
}

TEST_CASE("JA3 writes every number in decimal, and uses its room again")
{
    HelloBuilder long_one;
    long_one.legacy_version = 9;
    long_one.cipher_suites = test::u16s({0, 9, 10, 99, 100, 999, 1000, 9999, 10000, 65535});
    HelloBuilder short_one;
    short_one.legacy_version = 65535;
    short_one.cipher_suites = test::u16s({1});
    tls::Ja3 ja3;
    for (const auto& [builder, text] :
         {std::pair{&long_one, "9,0-9-10-99-100-999-1000-9999-10000-65535,,,"}, std::pair{&short_one, "65535,1,,,"},
          std::pair{&long_one, "9,0-9-10-99-100-999-1000-9999-10000-65535,,,"}}) {
        const auto body = builder->body();
        const auto hello = tls::parse_client_hello(body, HelloTransport::tls);
        REQUIRE(hello.has_value());
        CHECK(ja3.text(*hello) == text);
    }
}

TEST_CASE("JA4 gives the fingerprint of its specification's example")
{
    HelloBuilder builder;
    builder.cipher_suites = test::u16s({0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
                                        0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
    for (const unsigned type : {0x4a4aU, 0x1bU})
        builder.extension(type, {});
    builder.server_name("a.example").extension(0x33, {}).alpn({"h2", "http/1.1"});
    for (const unsigned type : {0x4469U, 0x17U, 0x2dU})
        builder.extension(type, {});
    builder.algorithms({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601});
    for (const unsigned type : {0x05U, 0x23U, 0x12U})
        builder.extension(type, {});
    builder.versions({0x7a7a, 0x0304, 0x0303}).extension(0xff01, {}).extension(11, hex("0100")).groups({29});
    builder.extension(0x15, {}).extension(0x6a6a, {});
    CHECK(ja4_of(builder) == "t13d1516h2_8daaf6152771_e5627efa2ab1");
    CHECK(ja4_of(builder, HelloTransport::quic) == "q13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST_CASE("JA4 writes zeros for lists of nothing")
{
    HelloBuilder builder;
    builder.cipher_suites = test::u16s({0x0a0a});
    builder.has_extensions = false;
    CHECK(ja4_of(builder) == "t12i000000_000000000000_000000000000");
    builder.has_extensions = true;
    builder.server_name("a.example").alpn({"h2"});
    CHECK(ja4_of(builder) == "t12d0002h2_000000000000_000000000000");
}

TEST_CASE("JA4 counts to 99")
{
    HelloBuilder builder;
    builder.cipher_suites.clear();
    for (unsigned i = 0; i < 120; ++i) {
        test::put(builder.cipher_suites, i, 2);
        builder.extension(1000 + i, {});
    }
    CHECK(ja4_of(builder).substr(0, 10) == "t12i999900");
}

TEST_CASE("JA4 names the version that is highest on its transport")
{
    struct Row {
        std::uint16_t version;
        HelloTransport transport;
        const char* start;
    };
    const Row rows[] = {
        {0x0304, HelloTransport::tls, "t13"},  {0x0303, HelloTransport::tls, "t12"},
        {0x0302, HelloTransport::tls, "t11"},  {0x0301, HelloTransport::tls, "t10"},
        {0x0300, HelloTransport::tls, "ts3"},  {0x0002, HelloTransport::tls, "ts2"},
        {0x7f1c, HelloTransport::tls, "t00"},  {0xfeff, HelloTransport::dtls, "dd1"},
        {0xfefd, HelloTransport::dtls, "dd2"}, {0xfefc, HelloTransport::dtls, "dd3"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.start);
        HelloBuilder builder;
        builder.legacy_version = row.version;
        if (row.transport == HelloTransport::dtls)
            builder.cookie = test::Octets{};
        CHECK(ja4_of(builder, row.transport).starts_with(row.start));
    }
    HelloBuilder tls;
    CHECK(ja4_of(tls.versions({0x0302, 0x0304, 0xfafa})).starts_with("t13"));
    HelloBuilder dtls;
    dtls.cookie = test::Octets{};
    CHECK(ja4_of(dtls.versions({0xfefd, 0xfefc, 0x0a0a}), HelloTransport::dtls).starts_with("dd3"));
}

TEST_CASE("JA4 writes the ends of the first protocol, in hexadecimal where one is no letter or digit")
{
    struct Row {
        std::string_view protocol;
        const char* letters;
    };
    const Row rows[] = {
        {"h2", "h2"},
        {"http/1.1", "h1"},
        {"x", "xx"},
        {"\xab", "ab"},
        {"\xab\xcd", "ad"},
        {"0\xab", "3b"},
        {"01\xab\xcd", "3d"},
        {"0\xab\xcd"
         "1",
         "01"},
        {"\x0a\x0a", "0a"},
        {"Zz", "Zz"},
        {"-a", "21"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.letters);
        HelloBuilder builder;
        CHECK(ja4_of(builder.alpn({row.protocol, "zz"})).substr(8, 2) == row.letters);
    }
    CHECK(ja4_of(HelloBuilder{}).substr(8, 2) == "00");
}
