#include "capture/network/polite_end.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace waybill::contained {
namespace {

constexpr std::uint8_t record_handshake = 22;       // RFC 8446, 5.1
constexpr std::uint8_t record_major_version = 3;    // RFC 8446, 5.1: legacy_record_version 0x03xx
constexpr std::size_t handshake_header_octets = 4;  // RFC 8446, 4: msg_type and a length of 24 bits
constexpr std::uint8_t frame_headers = 1;           // RFC 9113, 6.2
constexpr std::size_t longest_method = 20;          // the registry's longest, UPDATEREDIRECTREF, has 17 letters
constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";  // RFC 9113, 3.4

// RFC 8446, 6: alert, protocol 3.3, 2 octets; fatal (2), handshake_failure (40).
constexpr std::array<std::uint8_t, 7> tls_alert{21, 3, 3, 0, 2, 2, 40};

// RFC 9113, 6.5 and 6.8: an empty SETTINGS frame; GOAWAY, last stream 0, REFUSED_STREAM (7).
constexpr std::array<std::uint8_t, 26> http2_goaway{0, 0, 0, 4, 0, 0, 0, 0, 0,  //
                                                    0, 0, 8, 7, 0, 0, 0, 0, 0,  //
                                                    0, 0, 0, 0, 0, 0, 0, 7};

constexpr std::string_view http_unavailable =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Content-Type: text/plain\r\n"
    "Content-Length: 9\r\n"
    "Connection: close\r\n"
    "\r\n"
    "sinkhole\n";

/// Whether the first handshake message is whole; each round takes one record, so the records' end ends the loop.
bool has_whole_hello(Bytes octets)
{
    Cursor in{octets};
    std::size_t fragments = 0;
    std::size_t wanted = handshake_header_octets;
    std::array<std::byte, handshake_header_octets> header{};
    while (!in.at_end()) {
        const std::uint8_t type = in.u8();
        in.skip(2);
        const Bytes fragment = in.bytes(in.u16());
        if (in.failed())
            return false;
        if (type != record_handshake)
            return true;  // not a hello any more: nothing to wait for
        for (std::size_t i = 0; i < fragment.size() && fragments + i < header.size(); ++i)
            header.at(fragments + i) = fragment[i];
        fragments += fragment.size();
        if (fragments >= header.size())
            wanted = handshake_header_octets + (Cursor{header}.u32() & 0xffffffU);
        if (fragments >= wanted)
            return true;
    }
    return false;
}

/// Whether a HEADERS frame has come; each round takes one frame.
bool has_request_frame(Bytes after_preface)
{
    Cursor in{after_preface};
    while (!in.at_end()) {
        const std::uint32_t length = in.u24();
        const std::uint8_t type = in.u8();
        in.skip(5);  // flags, stream identifier
        in.skip(length);
        if (!in.failed() && type == frame_headers)
            return true;
    }
    return false;
}

bool looks_like_request_line(std::string_view text)
{
    const auto end = std::ranges::find_if_not(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
    const auto letters = static_cast<std::size_t>(end - text.begin());
    if (letters == 0 || letters > longest_method)
        return false;
    return letters == text.size() || *end == ' ';
}

}  // namespace

Opening recognise(Bytes first_octets)
{
    using enum Opening::Kind;
    if (first_octets.empty())
        return {silent, false};
    Cursor start{first_octets};
    if (start.u8() == record_handshake && (start.at_end() || start.u8() == record_major_version))
        return {tls, has_whole_hello(first_octets)};
    const std::string_view text = as_text(first_octets);
    if (text.starts_with(http2_preface))
        return {http2, has_request_frame(first_octets.subspan(http2_preface.size()))};
    if (http2_preface.starts_with(text))
        return {http2, false};
    if (looks_like_request_line(text))
        return {http1, text.contains("\r\n\r\n") || text.contains("\n\n")};
    return {other, false};
}

Bytes farewell(Opening::Kind kind)
{
    switch (kind) {
        case Opening::Kind::tls:
            return std::as_bytes(std::span{tls_alert});
        case Opening::Kind::http1:
            return as_octets(http_unavailable);
        case Opening::Kind::http2:
            return std::as_bytes(std::span{http2_goaway});
        case Opening::Kind::silent:
        case Opening::Kind::other:
            break;
    }
    return {};
}

}  // namespace waybill::contained
