#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "model/time.h"

namespace waybill {

/// Two clocks at one moment.
struct ClockReading {
    Timestamp system;                       ///< CLOCK_REALTIME, by which packets have their times
    std::chrono::nanoseconds since_boot{};  ///< CLOCK_BOOTTIME, which nobody sets

    friend bool operator==(const ClockReading&, const ClockReading&) = default;
};

/// By how much the system's clock was set between two readings; nothing where the difference is no more than slewing
/// can have made.
std::optional<std::chrono::nanoseconds> clock_step(const ClockReading& before, const ClockReading& after);

/// What can be known of the clock that gave a recording its times.
struct ClockFacts {
    std::string source;                                       ///< the kernel's current clocksource; empty: not known
    bool is_synchronised = false;                             ///< as adjtimex(2) says
    std::optional<std::chrono::microseconds> greatest_error;  ///< likewise
    int tai_offset = 0;                                       ///< seconds, likewise; 0: not set
    std::string time_zone;                                    ///< of who called, as an offset: +02:00
    ClockReading begin;
    ClockReading end;

    friend bool operator==(const ClockFacts&, const ClockFacts&) = default;
};

/// Who answers for a recording, and on what it was made: what an auditor asks first (RFC 3227, 2 and 4).
struct Circumstances {
    std::string operated_by;  ///< as it was said, else the login name of who called
    std::string purpose;      ///< as it was said; may be empty
    std::string host_id;      ///< a digest that tells this installation from others, and nothing else; empty: not known
    std::string boot_id;      ///< the same of this start of the machine
    std::string system;       ///< the operating system's name for itself
    std::string program;      ///< SHA-256 of the recording program; empty: not known
    ClockFacts clock;

    friend bool operator==(const Circumstances&, const Circumstances&) = default;
};

}  // namespace waybill
