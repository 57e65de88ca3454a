#pragma once

#include <cstdint>
#include <expected>

#include "base/cursor.h"
#include "base/parse_error.h"
#include "model/address.h"

namespace waybill {

/// Protocol numbers (IANA registry of the same name). Other values stay representable.
enum class IpProtocol : std::uint8_t {
    hop_by_hop = 0,
    icmp = 1,
    ipv4 = 4,
    tcp = 6,
    udp = 17,
    ipv6 = 41,
    routing = 43,
    fragment = 44,
    gre = 47,
    authentication = 51,
    icmpv6 = 58,
    no_next_header = 59,
    destination_options = 60,
    ethernet_in_ip = 97,
    sctp = 132,
    mobility = 135,
    udp_lite = 136,
    mpls_in_ip = 137,
    host_identity = 139,
    shim6 = 140,
};

/// An IPv4 or IPv6 header, extension headers taken off. `payload` is borrowed from the packet.
struct IpPacket {
    IpAddress source;
    IpAddress destination;
    IpProtocol protocol{};             ///< of what `payload` holds; for a later fragment, of the whole datagram
    std::uint32_t length = 0;          ///< octets of the packet as its header says, header included
    std::uint32_t payload_length = 0;  ///< octets of the payload as the headers say
    Bytes payload;                     ///< what of the payload was captured; link-layer padding cut off
    std::uint32_t identification = 0;
    std::uint32_t fragment_offset = 0;  ///< in octets
    bool more_fragments = false;

    bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};

/// Reads an IPv4 header with its options (RFC 791, 3.1). `length_unknown` packets (total length 0, as segmentation
/// offload writes them) take `wire_octets` for their length.
///
/// Errors: `truncated`; `bad_value` for a version or a header length that cannot be.
std::expected<IpPacket, ParseError> parse_ipv4(Bytes packet, std::uint32_t wire_octets);

/// Reads an IPv6 header and its extension headers up to the first that is none, or to a fragment header (RFC 8200, 3
/// and 4; authentication header RFC 4302). A payload length of 0 takes `wire_octets` for the packet's length.
///
/// Errors: as parse_ipv4(); `too_long` past 16 extension headers.
std::expected<IpPacket, ParseError> parse_ipv6(Bytes packet, std::uint32_t wire_octets);

/// Goes on behind the extension headers of a datagram that was put together from fragments: `first` is the protocol
/// of `packet.payload`'s first header.
///
/// Errors: as parse_ipv6().
std::expected<void, ParseError> skip_extension_headers(IpPacket& packet);

}  // namespace waybill
