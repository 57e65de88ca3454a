#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "base/cursor.h"
#include "base/parse_error.h"

/// Frames of HTTP/2 (RFC 9113).
namespace waybill::http2 {

constexpr std::size_t frame_header_octets = 9;                           ///< RFC 9113, 4.1
constexpr std::size_t max_header_block_octets = std::size_t{64} * 1024;  ///< of a block that is put together; ours

/// The IANA registry "HTTP/2 Frame Type". Other values stand for themselves: they are ignored (RFC 9113, 4.1).
enum class FrameType : std::uint8_t {
    data = 0,
    headers = 1,
    priority = 2,
    rst_stream = 3,
    settings = 4,
    push_promise = 5,
    ping = 6,
    goaway = 7,
    window_update = 8,
    continuation = 9,
};

// Flags (RFC 9113, 6): a bit has a meaning only for the types that define it.
constexpr std::uint8_t flag_end_headers = 0x04;
constexpr std::uint8_t flag_padded = 0x08;
constexpr std::uint8_t flag_priority = 0x20;

struct FrameHeader {
    std::uint32_t length = 0;  ///< octets of payload, 24 bits
    FrameType type{};
    std::uint8_t flags = 0;
    std::uint32_t stream = 0;  ///< 31 bits

    bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
    friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

/// Reads a frame header from the first 9 octets (RFC 9113, 4.1).
///
/// Errors: `truncated`; `bad_value` for a length that its type rules out, or a stream where none, or one, must be
/// (RFC 9113, 6): what tells frames from other octets.
std::expected<FrameHeader, ParseError> parse_frame_header(Bytes octets);

/// The part of a header block that a HEADERS, PUSH_PROMISE or CONTINUATION frame carries: its payload without padding,
/// priority and promised stream (RFC 9113, 6.2, 6.6 and 6.10). It points into `payload`.
///
/// Errors: `truncated`; `bad_value` for more padding than there is payload.
std::expected<Bytes, ParseError> parse_block_fragment(const FrameHeader& header, Bytes payload);

}  // namespace waybill::http2
