#include "wire/http2.h"

namespace waybill::http2 {
namespace {

using enum ParseError::Kind;

constexpr std::size_t priority_octets = 5;         // RFC 9113, 6.2: stream dependency and weight
constexpr std::size_t promised_stream_octets = 4;  // RFC 9113, 6.6

// RFC 9113, 6.1 to 6.10
bool length_is_possible(const FrameHeader& header)
{
    switch (header.type) {
        case FrameType::priority:
            return header.length == priority_octets;
        case FrameType::rst_stream:
        case FrameType::window_update:
            return header.length == 4;
        case FrameType::settings:
            return header.length % 6 == 0;
        case FrameType::ping:
            return header.length == 8;
        case FrameType::goaway:
            return header.length >= 8;
        default:
            return true;
    }
}

bool stream_is_possible(const FrameHeader& header)
{
    switch (header.type) {
        case FrameType::settings:
        case FrameType::ping:
        case FrameType::goaway:
            return header.stream == 0;
        case FrameType::data:
        case FrameType::headers:
        case FrameType::priority:
        case FrameType::rst_stream:
        case FrameType::push_promise:
        case FrameType::continuation:
            return header.stream != 0;
        default:
            return true;
    }
}

}  // namespace

std::expected<FrameHeader, ParseError> parse_frame_header(Bytes octets)
{
    Cursor in{octets};
    FrameHeader header;
    header.length = in.u24();
    header.type = FrameType{in.u8()};
    header.flags = in.u8();
    header.stream = in.u32() & 0x7fffffffU;  // RFC 9113, 4.1: the reserved bit is ignored
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (!length_is_possible(header))
        return std::unexpected(ParseError{bad_value, 0});
    if (!stream_is_possible(header))
        return std::unexpected(ParseError{bad_value, 5});
    return header;
}

std::expected<Bytes, ParseError> parse_block_fragment(const FrameHeader& header, Bytes payload)
{
    Cursor in{payload};
    if (header.type == FrameType::continuation)
        return payload;
    const std::size_t padding = header.has(flag_padded) ? in.u8() : 0;
    if (header.type == FrameType::push_promise)
        in.skip(promised_stream_octets);
    else if (header.has(flag_priority))
        in.skip(priority_octets);
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (padding > in.remaining())
        return std::unexpected(in.error(bad_value));
    return in.rest().first(in.remaining() - padding);
}

}  // namespace waybill::http2
