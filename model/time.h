#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace waybill {

using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;  ///< capture time, UTC

/// The time from `earlier` to `later`, at the end of what a duration can say where that is too little.
std::chrono::nanoseconds time_between(Timestamp earlier, Timestamp later);

/// RFC 3339 in UTC with nine decimals: 2026-11-22T19:18:41.000000001Z.
std::string to_rfc3339(Timestamp time);

/// The time that such text gives. Nothing for any other form.
std::optional<Timestamp> from_rfc3339(std::string_view text);

}  // namespace waybill
