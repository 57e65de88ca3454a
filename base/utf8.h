#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace waybill {

/// How many octets the well-formed UTF-8 sequence at the start of `text` takes (RFC 3629, 4): 1 to 4; 0 when there is
/// none.
std::size_t utf8_sequence(std::string_view text);

/// The code point of a sequence that utf8_sequence() found, and of nothing else.
std::uint32_t utf8_code_point(std::string_view sequence);

/// Appends a code point in UTF-8. It must be one, and no surrogate.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace waybill
