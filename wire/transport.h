#pragma once

#include <cstdint>
#include <expected>

#include "base/cursor.h"
#include "base/parse_error.h"

namespace waybill {

/// A TCP header (RFC 9293, 3.1), options left out. `payload` is borrowed and may be shorter than the segment's.
struct TcpHeader {
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    std::uint8_t flags = 0;
    std::uint8_t header_octets = 0;
    Bytes payload;

    static constexpr std::uint8_t fin = 0x01;
    static constexpr std::uint8_t syn = 0x02;
    static constexpr std::uint8_t rst = 0x04;
    static constexpr std::uint8_t ack = 0x10;
};

/// Errors: `truncated`; `bad_value` for a data offset under five. Options that were not captured are no error: the
/// payload is empty then.
std::expected<TcpHeader, ParseError> parse_tcp(Bytes segment);

/// A UDP header (RFC 768). `length` is the header's own field, which may be 0 for a jumbogram (RFC 2675, 4).
struct UdpHeader {
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint16_t length = 0;
    Bytes payload;

    static constexpr std::uint32_t octets = 8;
};

/// Errors: `truncated`; `bad_value` for a length under eight that is not 0.
std::expected<UdpHeader, ParseError> parse_udp(Bytes datagram);

/// The ports of an SCTP packet (RFC 9260, 3.1).
struct SctpHeader {
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;

    static constexpr std::uint32_t octets = 12;
};

std::expected<SctpHeader, ParseError> parse_sctp(Bytes packet);

}  // namespace waybill
