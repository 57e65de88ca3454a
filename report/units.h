#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/time.h"

// Numbers as people read them. Rounded to the nearest, half up.

namespace waybill {

/// "0 B", "312 B", "1.9 kB", "38.2 MB": decimal units, one decimal.
std::string size_text(std::uint64_t octets);

/// "412 ms", "4.2 s", "3 min 05 s", "2 h 10 min", "12 d 03 h"; behind "-" when it is negative.
std::string duration_text(std::chrono::nanoseconds duration);

/// When something began, after the recording did: "+1.20s", "+16m40s", "+2h46m", "+12d".
std::string first_text(std::chrono::nanoseconds since_start);

/// "1 flow", "2 flows"
std::string count_text(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace waybill
