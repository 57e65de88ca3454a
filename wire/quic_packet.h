#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "base/cursor.h"
#include "base/parse_error.h"
#include "wire/quic_version.h"

namespace waybill::quic {

constexpr std::size_t max_connection_id = 20;         // RFC 9000, 17.2
constexpr std::size_t min_client_connection_id = 8;   // RFC 9000, 7.2: what a client chooses for the server
constexpr std::size_t min_client_datagram = 1200;     // RFC 9000, 14.1: a datagram with a client's Initial
constexpr std::size_t header_protection_sample = 16;  // RFC 9001, 5.4.2
constexpr std::size_t retry_integrity_tag = 16;       // RFC 9001, 5.8

enum class PacketType : std::uint8_t {
    initial,
    zero_rtt,
    handshake,
    retry,
    version_negotiation,
    one_rtt,          ///< the short header; it reaches to the datagram's end
    unknown_version,  ///< a long header of which only RFC 8999 is known; it reaches to the datagram's end
};

/// One packet's clear part. All views are borrowed from the datagram.
struct PacketView {
    PacketType type{};
    Version version{};     ///< as on the wire; no_version also for the short header, which has none
    Bytes destination_id;  ///< empty for the short header, whose length only the endpoints know
    Bytes source_id;
    Bytes token;                    ///< Initial: the token; Retry: the Retry Token
    Bytes supported_versions;       ///< Version Negotiation: 4 octets each
    Bytes octets;                   ///< the packet, from its first octet as far as it was captured
    std::size_t wire_length = 0;    ///< octets of the packet on the wire
    std::size_t number_offset = 0;  ///< Initial, 0-RTT, Handshake: where in `octets` the packet number starts

    /// True when the capture ends inside the packet.
    bool cut() const { return octets.size() < wire_length; }
};

/// Reads the clear part of the first packet in `datagram` (RFC 8999, 5; RFC 9000, 17.2 and 17.3; RFC 9369, 3.2).
///
/// `wire_length` is what the datagram's UDP payload measured on the wire, at least `datagram.size()`. The packets
/// coalesced behind it (RFC 9000, 12.2) start `octets.size()` further on; every packet takes at least one octet.
///
/// Errors: `truncated` when the clear part or, by `wire_length`, the packet is incomplete; `bad_value` for a zero
/// fixed bit, a Length too short for the header protection sample, an empty Retry Token or an odd version list;
/// `too_long` for a connection ID over 20 octets in a known version.
std::expected<PacketView, ParseError> parse_packet(Bytes datagram, std::size_t wire_length);

/// True when the datagram starts with a long-header packet that parse_packet() accepts, of a version that
/// find_rules() knows, or a Version Negotiation that lists one, or a padded Initial of a reserved version.
///
/// Nothing is decrypted. A short header alone is never enough: any octets look like one.
bool looks_like_quic(Bytes datagram, std::size_t wire_length);

}  // namespace waybill::quic
