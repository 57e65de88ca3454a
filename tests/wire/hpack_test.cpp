#include "wire/hpack.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/octets.h"

using namespace waybill;
using test::hex;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Decoded {
    std::expected<void, ParseError> result;
    Fields fields;
};

Decoded decode(hpack::Decoder& decoder, std::string_view digits)
{
    Decoded decoded;
    decoded.result = decoder.decode(
        hex(digits), [&](std::string_view name, std::string_view value) { decoded.fields.emplace_back(name, value); });
    return decoded;
}

}  // namespace

TEST_CASE("RFC 7541, C.3 and C.4: three requests share a table, with and without Huffman code")
{
    const Fields first{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "www.example.com"}};
    Fields second = first;
    second.emplace_back("cache-control", "no-cache");
    const Fields third{{":method", "GET"},
                       {":scheme", "https"},
                       {":path", "/index.html"},
                       {":authority", "www.example.com"},
                       {"custom-key", "custom-value"}};
    const std::vector<std::array<const char*, 3>> forms{
        {"828684410f 7777772e6578616d706c652e636f6d", "828684be5808 6e6f2d6361636865",
         "828785bf400a 637573746f6d2d6b65790c637573746f6d2d76616c7565"},
        {"828684418c f1e3c2e5f23a6ba0ab90f4ff", "828684be5886 a8eb10649cbf",
         "828785bf4088 25a849e95ba97d7f8925a849e95bb8e8b4bf"},
    };
    for (const auto& blocks : forms) {
        hpack::Decoder decoder;
        CHECK(decode(decoder, blocks[0]).fields == first);
        CHECK(decoder.table_octets() == 57);
        CHECK(decode(decoder, blocks[1]).fields == second);
        CHECK(decoder.table_octets() == 110);
        CHECK(decode(decoder, blocks[2]).fields == third);
        CHECK(decoder.table_octets() == 164);
    }
}

TEST_CASE("a malformed block says what is wrong")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        const char* block;
        ParseError::Kind kind;
    };
    const Row rows[] = {
        {"index 0", "80", bad_value},
        {"an index past the table", "be", bad_value},
        {"a name's index past the table", "7e 01 61", bad_value},
        {"a cut integer", "ff", truncated},
        {"an integer past 32 bits", "ff ff ff ff ff ff 01", too_long},
        {"a cut name", "40 02 61", truncated},
        {"a cut value", "40 01 61 02 62", truncated},
        {"a string over the bound", "40 7f 82 ff 03", too_long},
        {"a size update over the bound", "3f e2 ff 03", bad_value},
        {"a size update after a field", "82 20", bad_value},
        {"Huffman padding of zeros", "40 81 00 01 61", bad_value},
        {"eight bits of padding", "40 82 1f ff 01 61", bad_value},
        {"the end-of-string code", "40 84 ff ff ff ff 01 61", bad_value},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        hpack::Decoder decoder;
        const auto decoded = decode(decoder, row.block);
        REQUIRE_FALSE(decoded.result.has_value());
        CHECK(decoded.result.error().kind == row.kind);
    }
}

TEST_CASE("a size update evicts the oldest fields, a field over the size empties the table")
{
    hpack::Decoder decoder;
    CHECK(decode(decoder, "40 01 61 01 62 | 40 01 63 01 64").result.has_value());
    CHECK(decoder.table_octets() == 68);
    CHECK(decode(decoder, "3f 0f | be").fields == Fields{{"c", "d"}});  // 46 octets: one field of 34
    CHECK(decoder.table_octets() == 34);
    CHECK(decode(decoder, "40 0a 61616161616161616161 0a 62626262626262626262").result.has_value());
    CHECK(decoder.table_octets() == 0);
}

TEST_CASE("after a lost block, fields that refer to it are left out and the others are right")
{
    hpack::Decoder decoder;
    decoder.forget();
    const auto decoded = decode(decoder, "82 | be | 41 01 61 | 7e 01 62 | bf | be");
    CHECK(decoded.result.has_value());
    CHECK(
        decoded.fields ==
        Fields{{":method", "GET"}, {":authority", "a"}, {":authority", "b"}, {":authority", "a"}, {":authority", "b"}});
    hpack::Decoder strict;
    CHECK_FALSE(decode(strict, "be").result.has_value());
}

TEST_CASE("every prefix of a block is a whole number of fields or truncated")
{
    const auto block = hex("828684418c f1e3c2e5f23a6ba0ab90f4ff");
    for (std::size_t length = 0; length < block.size(); ++length) {
        CAPTURE(length);
        hpack::Decoder decoder;
        const auto result = decoder.decode(Bytes{block}.first(length), [](std::string_view, std::string_view) {});
        CHECK(result.has_value() == (length <= 3));
        if (!result)
            CHECK(result.error().kind == ParseError::Kind::truncated);
    }
}
