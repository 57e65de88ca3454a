#include "wire/quic_packet.h"

#include "wire/quic_varint.h"

namespace waybill::quic {
namespace {

using enum ParseError::Kind;

constexpr std::uint8_t long_header_bit = 0x80;  // RFC 8999, 5.1
constexpr std::uint8_t fixed_bit = 0x40;        // RFC 9000, 17.2
constexpr std::size_t max_packet_number = 4;    // RFC 9000, 17.1

PacketType packet_type(std::uint8_t first, TypeNumbering numbering)
{
    unsigned number = first >> 4U & 3U;
    if (numbering == TypeNumbering::v2)
        number = (number + 3) % 4;  // RFC 9369, 3.2: each is one more than in version 1, Retry goes round to 0
    switch (number) {
        case 0:
            return PacketType::initial;
        case 1:
            return PacketType::zero_rtt;
        case 2:
            return PacketType::handshake;
        default:
            return PacketType::retry;
    }
}

/// RFC 9000, 17.2.1. The versions count as far as the capture goes; whether they are whole is seen on the wire's
/// length.
std::expected<void, ParseError> read_supported_versions(Cursor in, std::size_t wire_length, PacketView& packet)
{
    const std::size_t listed = wire_length - in.offset();
    if (listed == 0 || listed % 4 != 0)
        return std::unexpected(in.error(bad_value));
    packet.supported_versions = in.bytes(in.remaining() / 4 * 4);
    return {};
}

/// RFC 9000, 17.2.5: what is between the connection IDs and the integrity tag is the token.
std::expected<void, ParseError> read_retry(Cursor in, std::size_t wire_length, PacketView& packet)
{
    if (wire_length - in.offset() <= retry_integrity_tag)
        return std::unexpected(in.error(bad_value));
    const std::size_t token_length = wire_length - in.offset() - retry_integrity_tag;
    packet.token = in.bytes(token_length < in.remaining() ? token_length : in.remaining());
    return {};
}

/// RFC 9000, 17.2.2 to 17.2.4: Token (of an Initial only), Length, and what Length covers.
std::expected<void, ParseError> read_protected(Cursor in, std::size_t wire_length, PacketView& packet)
{
    if (packet.type == PacketType::initial) {
        const std::uint64_t token_length = read_varint(in);
        packet.token = in.bytes(token_length);
    }
    const std::uint64_t length = read_varint(in);
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (length < max_packet_number + header_protection_sample)
        return std::unexpected(in.error(bad_value));  // RFC 9001, 5.4.2: no sample, so it must be discarded
    if (length > wire_length - in.offset())
        return std::unexpected(in.error(truncated));
    packet.number_offset = in.offset();
    packet.wire_length = in.offset() + length;
    if (packet.octets.size() > packet.wire_length)
        packet.octets = packet.octets.first(packet.wire_length);
    return {};
}

std::expected<void, ParseError> read_after_ids(Cursor in, std::size_t wire_length, PacketView& packet)
{
    switch (packet.type) {
        case PacketType::version_negotiation:
            return read_supported_versions(in, wire_length, packet);
        case PacketType::retry:
            return read_retry(in, wire_length, packet);
        case PacketType::initial:
        case PacketType::zero_rtt:
        case PacketType::handshake:
            return read_protected(in, wire_length, packet);
        default:
            return {};
    }
}

std::expected<PacketView, ParseError> parse_long_header(Bytes datagram, std::size_t wire_length)
{
    Cursor in{datagram};
    PacketView packet;
    packet.octets = datagram;
    packet.wire_length = wire_length;
    const std::uint8_t first = in.u8();
    packet.version = Version{in.u32()};
    const std::uint8_t destination_length = in.u8();
    packet.destination_id = in.bytes(destination_length);
    const std::uint8_t source_length = in.u8();
    packet.source_id = in.bytes(source_length);
    if (in.failed())
        return std::unexpected(in.error(truncated));

    const VersionRules* rules = find_rules(packet.version);
    if (packet.version == no_version)
        packet.type = PacketType::version_negotiation;
    else if (rules == nullptr)
        packet.type = PacketType::unknown_version;
    else {
        if ((first & fixed_bit) == 0)
            return std::unexpected(ParseError{bad_value, 0});
        if (destination_length > max_connection_id || source_length > max_connection_id)
            return std::unexpected(in.error(too_long));
        packet.type = packet_type(first, rules->numbering);
    }
    if (const auto read = read_after_ids(in, wire_length, packet); !read)
        return std::unexpected(read.error());
    return packet;
}

bool lists_a_known_version(Bytes supported_versions)
{
    Cursor in{supported_versions};
    while (!in.at_end()) {
        const Version version{in.u32()};
        if (find_rules(version) != nullptr)
            return true;
    }
    return false;
}

}  // namespace

std::expected<PacketView, ParseError> parse_packet(Bytes datagram, std::size_t wire_length)
{
    if (datagram.empty() || wire_length < datagram.size())
        return std::unexpected(ParseError{truncated, 0});
    const auto first = std::to_integer<std::uint8_t>(datagram[0]);
    if ((first & long_header_bit) != 0)
        return parse_long_header(datagram, wire_length);
    if ((first & fixed_bit) == 0)
        return std::unexpected(ParseError{bad_value, 0});
    PacketView packet;
    packet.type = PacketType::one_rtt;
    packet.octets = datagram;
    packet.wire_length = wire_length;
    return packet;
}

bool looks_like_quic(Bytes datagram, std::size_t wire_length)
{
    if (datagram.empty() || (std::to_integer<std::uint8_t>(datagram[0]) & long_header_bit) == 0)
        return false;
    const auto packet = parse_packet(datagram, wire_length);
    if (!packet)
        return false;
    switch (packet->type) {
        case PacketType::version_negotiation:
            return packet->destination_id.size() <= max_connection_id &&
                   packet->source_id.size() <= max_connection_id && lists_a_known_version(packet->supported_versions);
        case PacketType::unknown_version:
            return is_reserved(packet->version) && (std::to_integer<std::uint8_t>(datagram[0]) & fixed_bit) != 0 &&
                   wire_length >= min_client_datagram && packet->destination_id.size() >= min_client_connection_id &&
                   packet->destination_id.size() <= max_connection_id && packet->source_id.size() <= max_connection_id;
        default:
            return true;
    }
}

}  // namespace waybill::quic
