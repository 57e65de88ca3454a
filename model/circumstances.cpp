#include "model/circumstances.h"

#include <algorithm>
#include <cstdint>

namespace waybill {

bool ClockFacts::was_set() const
{
    using namespace std::chrono_literals;
    constexpr std::chrono::nanoseconds least = 10ms;
    constexpr std::int64_t slewed = 2'000;  // one part of it: adjtime(3) and NTP slew by 500 millionths at most
    return std::chrono::abs(step()) > std::max(least, (end.since_boot - begin.since_boot) / slewed);
}

}  // namespace waybill
