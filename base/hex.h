#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace waybill {

/// Lower-case hexadecimal digits, two an octet.
std::string to_hex(Bytes octets);

/// The octets that `digits` writes; spaces and bars between octets are skipped. Nothing when it is not hexadecimal.
std::optional<std::vector<std::byte>> from_hex(std::string_view digits);

}  // namespace waybill
