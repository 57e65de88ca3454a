#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace waybill {

/// A length of time as one types it: a whole number with ms, s, m or h behind it; of seconds where nothing is. The
/// error says what it should be. At most a year.
std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);

}  // namespace waybill
