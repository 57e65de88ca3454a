#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace waybill {

/// Base64 with padding and without line breaks (RFC 4648, 4).
std::string to_base64(Bytes octets);

/// The octets that `text` writes, in the alphabet of RFC 4648, 4 or the one for URLs and file names (5), padded.
/// Nothing when it is not exactly what an encoder writes: spaces, missing padding and stray bits are refused.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace waybill
