#include "evidence/envelope.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "base/base64.h"
#include "evidence/key.h"
#include "evidence/statement.h"

using namespace waybill;
using namespace waybill::evidence;

namespace {

Bytes octets(std::string_view text)
{
    return std::as_bytes(std::span{text});
}

std::string error_of(std::string_view text)
{
    const auto envelope = parse_envelope(text);
    return envelope ? "it reads" : envelope.error().where + ": " + envelope.error().what;
}

}  // namespace

TEST_CASE("what is signed is the type and the payload with their lengths")
{
    // The example of the DSSE protocol's text, and lengths that count octets, not characters.
    CHECK(pre_authentication_encoding("http://example.com/HelloWorld", "hello world") ==
          "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    CHECK(pre_authentication_encoding("", "\u00e9") == "DSSEv1 0  2 \u00e9");
}

TEST_CASE("an envelope reads back as it was written, and in the other alphabet of Base64 too")
{
    const Envelope envelope{"t", "\xfb\xff\xfe{}", {{"k", {std::byte{0xfb}, std::byte{0xff}}}}};
    const std::string text = envelope_text(envelope);
    CHECK(parse_envelope(text) == envelope);
    std::string for_urls = text;
    std::ranges::replace(for_urls, '+', '-');
    std::ranges::replace(for_urls, '/', '_');
    CHECK(for_urls != text);
    CHECK(parse_envelope(for_urls) == envelope);
}

TEST_CASE("what is no envelope is told by its field")
{
    struct Row {
        const char* text;
        const char* error;
    };
    const Row rows[] = {
        {"",
         ": it is not JSON: line 1, column 1: a value is missing or is none; write true, false, null, a number, or "
         "text in quotes"},
        {R"({"payloadType":"t","payload":"QQ==","signatures":[]})", "it reads"},
        {R"({"payloadType":"t","payload":"QQ","signatures":[]})",
         "payload: it is not Base64 with its padding and without spaces"},
        {R"({"payloadType":"t","payload":" QQ==","signatures":[]})",
         "payload: it is not Base64 with its padding and without spaces"},
        {R"({"payloadType":"t","payload":"QR==","signatures":[]})",
         "payload: it is not Base64 with its padding and without spaces"},
        {R"({"payloadType":"t","payload":"====","signatures":[]})",
         "payload: it is not Base64 with its padding and without spaces"},
        {R"({"payload":"QQ==","signatures":[]})", "payloadType: it is missing; add it"},
        {R"({"payloadType":"t","payload":"QQ==","signatures":[{"sig":"QQ=="}]})",
         "signatures[0].keyid: it is missing; add it"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.text});
        CHECK(error_of(row.text) == row.error);
    }
}

TEST_CASE("Base64 is what an encoder writes, and nothing else")
{
    for (const std::string_view text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {  // RFC 4648, 10
        const std::string encoded = to_base64(octets(text));
        CAPTURE(encoded);
        const auto decoded = from_base64(encoded);
        REQUIRE(decoded.has_value());
        CHECK(std::ranges::equal(*decoded, octets(text)));
    }
    CHECK(to_base64(octets("foob")) == "Zm9vYg==");
    for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Z===", "Zh==", "Zg==\n", "Z g=", "Zg=A", "\xc3\xa9zz"})
        CHECK_FALSE(from_base64(text).has_value());
}

TEST_CASE("a key signs, its public one verifies, and both read back from PEM")
{
    const SigningKey key = SigningKey::generate();
    const auto again = SigningKey::from_pem(key.pem());
    REQUIRE(again.has_value());
    const auto open = PublicKey::from_pem(key.public_key().pem());
    REQUIRE(open.has_value());
    CHECK(open->id() == key.public_key().id());
    auto signature = again->sign(octets("waybill"));
    CHECK(open->verifies(octets("waybill"), signature));
    CHECK_FALSE(open->verifies(octets("waybil"), signature));
    signature.pop_back();
    CHECK_FALSE(open->verifies(octets("waybill"), signature));
    CHECK_FALSE(SigningKey::generate().public_key().verifies(octets("waybill"), again->sign(octets("waybill"))));
}

TEST_CASE("a file that is not the key that is asked for says what to name instead")
{
    const SigningKey key = SigningKey::generate();
    CHECK(SigningKey::from_pem(key.public_key().pem()).error().contains("name the private one"));
    CHECK(PublicKey::from_pem(key.pem()).error().contains("name the public one"));
    CHECK(SigningKey::from_pem("").error().contains("-----BEGIN PRIVATE KEY-----"));
    CHECK(PublicKey::from_pem("x").error().contains("-----BEGIN PUBLIC KEY-----"));
    const char* const rsa_like = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIG\n-----END ENCRYPTED PRIVATE KEY-----\n";
    CHECK(SigningKey::from_pem(rsa_like).error().contains("pass phrase"));
}

TEST_CASE("a statement reads back its subjects, and says what is wrong where it does not")
{
    const Statement statement{std::string{runtime_trace}, {{"data/run.json", std::string(64, 'a')}}};
    const std::string text = statement_text(statement, {{"monitor", {{"type", "urn:waybill:monitor:1"}}}});
    CHECK(parse_statement(text) == statement);
    const Statement twice{std::string{runtime_trace}, {statement.subjects[0], statement.subjects[0]}};
    CHECK(parse_statement(statement_text(twice, nlohmann::ordered_json::object())).error().what ==
          "\"data/run.json\" stands twice");
    CHECK(parse_statement("{}").error().where == "_type");
}
