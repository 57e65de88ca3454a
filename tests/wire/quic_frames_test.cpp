#include "wire/quic_frames.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"

using namespace waybill;
using namespace waybill::quic;
using test::hex;

namespace {

struct Walk {
    std::vector<Frame> frames;
    std::optional<ParseError> error;
};

Walk walk(Bytes payload, FrameDialect dialect = FrameDialect::ietf)
{
    Walk result;
    FrameReader reader{payload, dialect};
    for (auto frame = reader.next(); !frame || *frame; frame = reader.next()) {
        if (!frame) {
            result.error = frame.error();
            return result;
        }
        result.frames.push_back(**frame);
    }
    return result;
}

std::vector<std::byte> numbered(std::size_t count)
{
    std::vector<std::byte> octets(count);
    for (std::size_t i = 0; i < count; ++i)
        octets[i] = static_cast<std::byte>(i * 7 + i / 256);
    return octets;
}

}  // namespace

TEST_CASE("the frames of an Initial are read in order and padding is passed over")
{
    const auto payload =
        hex("0000 | 01 | 02 0a 05 01 02 00 03 | 00 | 03 00 00 00 00 01 02 03 | 06 4004 03 aabbcc |"
            "1c 0a 06 02 6869 | 000000");
    const Walk read = walk(payload);
    CHECK_FALSE(read.error.has_value());
    REQUIRE(read.frames.size() == 5);
    CHECK(read.frames[0].type == FrameType::ping);
    CHECK(read.frames[1].type == FrameType::ack);
    CHECK(read.frames[2].type == FrameType::ack_ecn);
    CHECK(read.frames[3].type == FrameType::crypto);
    CHECK(read.frames[3].offset == 4);
    CHECK(to_hex(read.frames[3].octets) == "aabbcc");
    CHECK(read.frames[4].type == FrameType::connection_close);
}

TEST_CASE("an empty or padded payload has no frames")
{
    CHECK(walk({}).frames.empty());
    CHECK(walk(hex("00")).frames.empty());
    CHECK_FALSE(walk(hex("00000000")).error.has_value());
}

TEST_CASE("T051 numbers CRYPTO and PING otherwise")
{
    const auto payload = hex("07 08 00 01 aa 00");
    const Walk read = walk(payload, FrameDialect::google);
    CHECK_FALSE(read.error.has_value());
    REQUIRE(read.frames.size() == 2);
    CHECK(read.frames[0].type == FrameType::ping);
    CHECK(read.frames[1].type == FrameType::crypto);
    CHECK(walk(hex("06 00 00"), FrameDialect::google).error == ParseError{ParseError::Kind::bad_value, 0});
}

TEST_CASE("a malformed frame says what is wrong and where")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        const char* wire;
        ParseError error;
    };
    const Row rows[] = {
        {"STREAM, which an Initial may not hold", "01 08 00", {bad_value, 1}},
        {"HANDSHAKE_DONE", "1e", {bad_value, 0}},
        {"the application's CONNECTION_CLOSE", "1d 00 00", {bad_value, 0}},
        {"a type of two octets", "4006 00 00", {bad_value, 0}},
        {"CRYPTO past the end", "06 00 03 aabb", {truncated, 3}},
        {"CRYPTO past 2^62-1", "06 ffffffffffffffff 01 aa", {bad_value, 0}},
        {"ACK with a first range below 0", "02 01 00 00 02", {bad_value, 0}},
        {"ACK with a range below 0", "02 05 00 01 00 04 00", {bad_value, 0}},
        {"ACK with a range missing", "02 0a 00 01 00", {truncated, 5}},
        {"ACK with 2^62-1 ranges", "02 0a 00 ffffffffffffffff 00 00", {truncated, 13}},
        {"CONNECTION_CLOSE with half a reason", "1c 00 00 02 61", {truncated, 4}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Walk read = walk(hex(row.wire));
        REQUIRE(read.error.has_value());
        CHECK(*read.error == row.error);
    }
}

TEST_CASE("a frame reader is at its end after an error")
{
    const auto payload = hex("1e 01 01");
    FrameReader reader{payload};
    CHECK_FALSE(reader.next().has_value());
    const auto after = reader.next();
    REQUIRE(after.has_value());
    CHECK_FALSE(after->has_value());
}

TEST_CASE("no prefix of a CRYPTO frame is one")
{
    const auto payload = hex("06 4004 4003 aabbcc");
    for (std::size_t length = 1; length < payload.size(); ++length) {
        CAPTURE(length);
        CHECK(walk(Bytes{payload}.first(length)).error.has_value());
    }
}

TEST_CASE("CRYPTO octets come out in order, whatever order and overlap they came in")
{
    struct Run {
        std::size_t offset;
        std::size_t length;
    };
    const std::vector<std::vector<Run>> rows = {
        {{0, 40}},
        {{0, 10}, {10, 20}, {30, 10}},
        {{30, 10}, {10, 20}, {0, 10}},
        {{20, 5}, {0, 5}, {10, 5}, {30, 10}, {5, 5}, {25, 5}, {15, 5}},
        {{0, 20}, {10, 30}, {0, 40}},
        {{10, 5}, {30, 5}, {0, 40}},
        {{5, 30}, {0, 40}, {39, 1}, {0, 1}},
    };
    const auto stream = numbered(40);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        CAPTURE(row);
        CryptoAssembler assembler;
        for (const Run& run : rows[row])
            REQUIRE(assembler.add(run.offset, Bytes{stream}.subspan(run.offset, run.length)).has_value());
        CHECK(to_hex(assembler.prefix()) == to_hex(stream));
        CHECK_FALSE(assembler.ambiguous());
        CHECK(assembler.stored() == 40);
    }
}

TEST_CASE("the prefix ends at the first gap and grows when it closes")
{
    const auto stream = numbered(30);
    CryptoAssembler assembler;
    CHECK(assembler.empty());
    REQUIRE(assembler.add(10, Bytes{stream}.subspan(10, 10)).has_value());
    CHECK(assembler.prefix().empty());
    REQUIRE(assembler.add(0, Bytes{stream}.first(5)).has_value());
    CHECK(assembler.prefix().size() == 5);
    REQUIRE(assembler.add(5, Bytes{stream}.subspan(5, 5)).has_value());
    CHECK(to_hex(assembler.prefix()) == to_hex(Bytes{stream}.first(20)));
    REQUIRE(assembler.add(20, Bytes{stream}.subspan(20)).has_value());
    CHECK(to_hex(assembler.prefix()) == to_hex(stream));
    assembler.reset();
    CHECK(assembler.empty());
    CHECK(assembler.prefix().empty());
}

TEST_CASE("where repeated octets differ the first ones stay and the stream is ambiguous")
{
    CryptoAssembler assembler;
    REQUIRE(assembler.add(2, hex("aabb")).has_value());
    REQUIRE(assembler.add(0, hex("1122aacc33")).has_value());
    CHECK(to_hex(assembler.prefix()) == "1122aabb33");
    CHECK(assembler.ambiguous());
}

TEST_CASE("a stream past its bounds is refused")
{
    CryptoAssembler assembler;
    const auto octet = hex("aa");
    CHECK(assembler.add(CryptoAssembler::max_octets - 1, octet).has_value());
    CHECK_FALSE(assembler.add(CryptoAssembler::max_octets, octet).has_value());
    CHECK_FALSE(assembler.add(std::uint64_t{1} << 61U, octet).has_value());
    CHECK(assembler.stored() == 1);
    CryptoAssembler scattered;
    for (std::size_t i = 0; i < CryptoAssembler::max_pieces; ++i)
        REQUIRE(scattered.add(2 * i, octet).has_value());
    CHECK_FALSE(scattered.add(2 * CryptoAssembler::max_pieces, octet).has_value());
    CHECK(scattered.stored() == CryptoAssembler::max_pieces);
}
