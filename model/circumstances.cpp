#include "model/circumstances.h"

#include <algorithm>
#include <cstdint>

namespace waybill {

std::optional<std::chrono::nanoseconds> clock_step(const ClockReading& before, const ClockReading& after)
{
    using namespace std::chrono_literals;
    constexpr std::chrono::nanoseconds least = 10ms;
    constexpr std::int64_t slewed = 2'000;  // one part of it: adjtime(3) and NTP slew by 500 millionths at most
    const std::chrono::nanoseconds elapsed = after.since_boot - before.since_boot;
    const std::chrono::nanoseconds step = (after.system - before.system) - elapsed;
    return std::chrono::abs(step) > std::max(least, elapsed / slewed) ? std::optional{step} : std::nullopt;
}

}  // namespace waybill
