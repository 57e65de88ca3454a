#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "base/cursor.h"
#include "wire/tls_values.h"

namespace waybill::dtls {

constexpr std::size_t record_header_octets = 13;         // RFC 6347, 4.1
constexpr std::size_t max_record_octets = 16384 + 2048;  // RFC 6347, 4.1.1, as in TLS 1.2
constexpr std::size_t fragment_header_octets = 12;       // RFC 6347, 4.2.2

/// A record of DTLS 1.0 or 1.2, or a clear one of 1.3 (RFC 6347, 4.1; RFC 9147, 4).
struct Record {
    tls::ContentType type{};
    std::uint16_t legacy_version = 0;
    std::uint16_t epoch = 0;            ///< 0: not encrypted
    std::uint64_t sequence_number = 0;  ///< 48 bits
    Bytes fragment;                     ///< borrowed from the datagram

    bool encrypted() const { return epoch != 0; }
};

/// Takes the next record off `datagram`, which may hold several.
///
/// Errors: `unsupported` for DTLS 1.3's unified header (RFC 9147, 4: what follows is encrypted) and for content type
/// tls12_cid, whose header is longer (RFC 9146, 4); `bad_value` for another unknown type or a version that is not of
/// DTLS; `too_long` past max_record_octets; `truncated`, with `datagram` failed, where the datagram ends first.
std::expected<Record, ParseError> next_record(Cursor& datagram);

/// A part of a handshake message (RFC 6347, 4.2.2).
struct HandshakeFragment {
    tls::HandshakeType type{};
    std::uint32_t message_length = 0;  ///< octets of the whole body, 24 bits
    std::uint16_t message_seq = 0;
    std::uint32_t fragment_offset = 0;
    Bytes fragment;  ///< borrowed from the record

    bool whole() const { return fragment.size() == message_length; }
};

/// Takes the next fragment off a record of type handshake, which may hold several.
///
/// Errors: `truncated`; `bad_value` for a fragment that reaches past its message.
std::expected<HandshakeFragment, ParseError> next_fragment(Cursor& record);

/// Whether a datagram, on whatever ports, is DTLS: a clear hello first, or records of any type that fill it exactly. Of
/// a datagram that the capture cut, its hello decides.
bool looks_like_dtls(Bytes datagram);

}  // namespace waybill::dtls
