#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace waybill {

/// Lower-case hexadecimal digits, two an octet.
std::string to_hex(Bytes octets);

/// Writes them into `room`, which has twice as many places as there are octets.
void write_hex(Bytes octets, std::span<char> room);

/// The octets that `digits` writes; spaces and bars between octets are skipped. Nothing when it is not hexadecimal.
std::optional<std::vector<std::byte>> from_hex(std::string_view digits);

}  // namespace waybill
