#pragma once

#include <cstddef>
#include <expected>
#include <string_view>

#include "base/parse_error.h"

/// The identification strings that open SSH (RFC 4253, 4.2).
namespace waybill::ssh {

constexpr std::size_t max_identification_octets = 255;  ///< RFC 4253, 4.2, line end included
constexpr std::size_t max_preceding_octets = 4096;      ///< of a server's lines before its own; the RFC names no bound

struct Identification {
    std::string_view text;   ///< "SSH-2.0-software comments" without the line end; points into what was given
    std::size_t octets = 0;  ///< that it takes, with preceding lines and the line end
};

/// Reads an identification string, ended by CR LF or a bare LF (RFC 4253, 5.1 and 4.2), after any other lines.
///
/// Errors: `truncated` while it could still come; `too_long` past one of the bounds; `bad_value` for a line that begins
/// with "SSH-" and has no version, or holds a control character.
std::expected<Identification, ParseError> parse_identification(std::string_view text);

/// Whether `text` begins with "SSH-", or is the beginning of that.
bool could_be_identification(std::string_view text);

}  // namespace waybill::ssh
