#include "wire/http2.h"

#include <doctest/doctest.h>

#include "tests/support/octets.h"

using namespace waybill;
using namespace waybill::http2;
using test::hex;

TEST_CASE("a frame header is length, type, flags and stream")
{
    const auto frame = parse_frame_header(hex("000102 | 01 | 25 | 80000003"));
    REQUIRE(frame.has_value());
    CHECK(*frame == FrameHeader{0x102, FrameType::headers, 0x25, 3});
    CHECK(frame->has(flag_end_headers));
    CHECK_FALSE(frame->has(flag_padded));
    CHECK(parse_frame_header(hex("000000 | ef | 00 | 00000000")).has_value());  // an unknown type is ignored
}

TEST_CASE("a frame header that no frame has says so")
{
    using enum ParseError::Kind;
    struct Row {
        const char* what;
        const char* wire;
        ParseError error;
    };
    const Row rows[] = {
        {"cut", "000000 01 00 000000", {truncated, 5}},
        {"SETTINGS of 7 octets", "000007 04 00 00000000", {bad_value, 0}},
        {"PING of 7 octets", "000007 06 00 00000000", {bad_value, 0}},
        {"WINDOW_UPDATE of 5 octets", "000005 08 00 00000000", {bad_value, 0}},
        {"GOAWAY of 7 octets", "000007 07 00 00000000", {bad_value, 0}},
        {"PRIORITY of 4 octets", "000004 02 00 00000001", {bad_value, 0}},
        {"SETTINGS on a stream", "000000 04 00 00000001", {bad_value, 5}},
        {"HEADERS on no stream", "000001 01 00 00000000", {bad_value, 5}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto frame = parse_frame_header(hex(row.wire));
        REQUIRE_FALSE(frame.has_value());
        CHECK(frame.error() == row.error);
    }
}

TEST_CASE("a block fragment is the payload without padding, priority and promised stream")
{
    struct Row {
        FrameType type;
        std::uint8_t flags;
        const char* payload;
        const char* fragment;
    };
    const Row rows[] = {
        {FrameType::headers, 0, "82", "82"},
        {FrameType::headers, flag_padded, "02 | 82 | 0000", "82"},
        {FrameType::headers, flag_priority, "00000003 10 | 82", "82"},
        {FrameType::headers, flag_padded | flag_priority, "01 | 00000003 10 | 82 | 00", "82"},
        {FrameType::push_promise, flag_padded, "01 | 00000002 | 82 | 00", "82"},
        {FrameType::continuation, flag_padded, "82", "82"},
    };
    for (const Row& row : rows) {
        const auto payload = hex(row.payload);
        const FrameHeader header{static_cast<std::uint32_t>(payload.size()), row.type, row.flags, 1};
        const auto fragment = parse_block_fragment(header, payload);
        REQUIRE(fragment.has_value());
        CHECK(to_hex(*fragment) == row.fragment);
    }
    const FrameHeader padded{2, FrameType::headers, flag_padded, 1};
    CHECK(parse_block_fragment(padded, hex("02 00")).error().kind == ParseError::Kind::bad_value);
    CHECK(parse_block_fragment(padded, {}).error().kind == ParseError::Kind::truncated);
    const FrameHeader priority{2, FrameType::headers, flag_priority, 1};
    CHECK(parse_block_fragment(priority, hex("00 00")).error().kind == ParseError::Kind::truncated);
}
