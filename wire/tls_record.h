#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "base/cursor.h"
#include "wire/tls_values.h"

namespace waybill::tls {

constexpr std::size_t record_header_octets = 5;          // RFC 8446, 5.1
constexpr std::size_t max_record_octets = 16384 + 2048;  // RFC 5246, 6.2.3 (RFC 8446, 5.2 allows 256 in place of 2048)

/// What stands before each fragment (RFC 8446, 5.1).
struct RecordHeader {
    ContentType type{};
    std::uint16_t legacy_version = 0;
    std::uint16_t length = 0;  ///< octets of the fragment that follows

    friend bool operator==(const RecordHeader&, const RecordHeader&) = default;
};

/// Reads the record header at the start of `octets`.
///
/// Errors: `truncated`; `bad_value` for an unknown content type, for a version that is not 3.x, and for an empty
/// fragment of any type but application_data; `too_long` past max_record_octets.
std::expected<RecordHeader, ParseError> parse_record_header(Bytes octets);

/// The header of a ClientHello in SSL 2.0's form (RFC 5246, E.2).
struct Sslv2Header {
    std::uint16_t length = 0;  ///< octets that follow these two
};
constexpr std::size_t sslv2_header_octets = 2;

/// Whether a stream that starts with this octet can start with an SSL 2.0 header of two octets.
constexpr bool starts_sslv2(std::byte first)
{
    return (first & std::byte{0x80}) != std::byte{0};
}

/// Whether one direction of a connection, on whatever port, starts with TLS: a hello (also in SSL 2.0's form), a
/// clear alert, or, where the capture began in mid-connection, a record of application data.
///
/// Seven octets decide for a record, eleven for SSL 2.0's form; fewer may give false, and true stays true.
bool looks_like_tls(Bytes first_octets);

/// Whether more octets after these could make `looks_like_tls` true; true also once it is.
bool could_be_tls(Bytes first_octets);

}  // namespace waybill::tls
