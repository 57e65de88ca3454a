#include "wire/tls_record.h"

namespace waybill::tls {
namespace {

constexpr std::uint8_t version_major = 3;  // RFC 8446, 5.1: 0x0300 to 0x0304 on the wire
constexpr std::uint8_t max_version_minor = 4;
constexpr std::uint16_t alert_octets = 2;           // RFC 8446, 6
constexpr std::uint16_t min_protected_octets = 17;  // RFC 8446, 5.2: a content type and a tag of 16

enum class Match : std::uint8_t { no, needs_more, yes };

Match match_handshake(Cursor fragment, std::uint16_t length)
{
    if (fragment.at_end())
        return Match::needs_more;
    const auto type = static_cast<HandshakeType>(fragment.u8());
    if (type != HandshakeType::client_hello && type != HandshakeType::server_hello)
        return Match::no;
    if (length == 1)
        return Match::yes;
    if (fragment.at_end())
        return Match::needs_more;
    const std::uint8_t high_octet_of_length = fragment.u8();
    return high_octet_of_length > max_hello_octets >> 16U ? Match::no : Match::yes;
}

Match match_alert(Cursor fragment, std::uint16_t length)
{
    if (length != alert_octets)
        return Match::no;
    if (fragment.at_end())
        return Match::needs_more;
    const std::uint8_t level = fragment.u8();
    return level == 1 || level == 2 ? Match::yes : Match::no;
}

bool starts_record(Bytes octets)
{
    const auto type = static_cast<ContentType>(octets[0]);
    const bool known =
        type == ContentType::handshake || type == ContentType::alert || type == ContentType::application_data;
    return known && (octets.size() < 2 || std::to_integer<std::uint8_t>(octets[1]) == version_major) &&
           (octets.size() < 3 || std::to_integer<std::uint8_t>(octets[2]) <= max_version_minor);
}

Match match_record(Bytes octets)
{
    if (!starts_record(octets))
        return Match::no;
    if (octets.size() < record_header_octets)
        return Match::needs_more;
    const auto header = parse_record_header(octets);
    if (!header)
        return Match::no;
    const Cursor fragment{octets.subspan(record_header_octets)};
    switch (header->type) {
        case ContentType::handshake:
            return match_handshake(fragment, header->length);
        case ContentType::alert:
            return match_alert(fragment, header->length);
        default:
            return header->length >= min_protected_octets ? Match::yes : Match::no;
    }
}

/// RFC 5246, E.2: length, msg_type 1, version, three lengths that must add up.
Match match_sslv2(Bytes octets)
{
    constexpr std::size_t fixed_octets = 9;  // msg_type, version and the three lengths
    constexpr std::uint16_t sslv2 = 0x0002;
    constexpr std::uint16_t min_challenge_octets = 16;
    constexpr std::uint16_t max_challenge_octets = 32;

    if ((octets.size() > 2 && octets[2] != std::byte{1}) || (octets.size() > 3 && octets[3] > std::byte{version_major}))
        return Match::no;
    Cursor in{octets};
    const std::size_t length = in.u16() & 0x7fffU;
    in.skip(1);
    const std::uint16_t version = in.u16();
    const std::uint16_t cipher_spec_length = in.u16();
    const std::uint16_t session_id_length = in.u16();
    const std::uint16_t challenge_length = in.u16();
    if (in.failed())
        return Match::needs_more;
    const bool known_version =
        version == sslv2 || (version >> 8U == version_major && (version & 0xffU) <= max_version_minor);
    const bool fits = length == fixed_octets + std::size_t{cipher_spec_length} + session_id_length + challenge_length;
    const bool plausible = cipher_spec_length > 0 && cipher_spec_length % 3 == 0 &&
                           challenge_length >= min_challenge_octets && challenge_length <= max_challenge_octets;
    return known_version && fits && plausible ? Match::yes : Match::no;
}

Match match(Bytes octets)
{
    if (octets.empty())
        return Match::needs_more;
    return starts_sslv2(octets[0]) ? match_sslv2(octets) : match_record(octets);
}

}  // namespace

std::expected<RecordHeader, ParseError> parse_record_header(Bytes octets)
{
    using enum ParseError::Kind;
    Cursor in{octets};
    RecordHeader header;
    header.type = static_cast<ContentType>(in.u8());
    header.legacy_version = in.u16();
    header.length = in.u16();
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (header.type < ContentType::change_cipher_spec || header.type > ContentType::ack)
        return std::unexpected(ParseError{bad_value, 0});
    if (header.legacy_version >> 8U != version_major)
        return std::unexpected(ParseError{bad_value, 1});
    if (header.length > max_record_octets)
        return std::unexpected(ParseError{too_long, 3});
    if (header.length == 0 && header.type != ContentType::application_data)
        return std::unexpected(ParseError{bad_value, 3});  // RFC 8446, 5.1: no empty fragments
    return header;
}

bool looks_like_tls(Bytes first_octets)
{
    return match(first_octets) == Match::yes;
}

bool could_be_tls(Bytes first_octets)
{
    return match(first_octets) != Match::no;
}

}  // namespace waybill::tls
