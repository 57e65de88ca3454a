#pragma once

#include <cstdint>
#include <string>

namespace waybill {

/// A hook that the kernel refused, and why: what it would have told is a gap.
struct RefusedHook {
    std::string name;
    std::string reason;

    friend bool operator==(const RefusedHook&, const RefusedHook&) = default;
};

/// What was lost because nobody read fast enough.
struct KernelLosses {
    std::uint64_t events = 0;
    std::uint64_t packets = 0;
    std::uint64_t packet_octets = 0;  ///< IP octets of the lost packets

    friend bool operator==(const KernelLosses&, const KernelLosses&) = default;
};

/// What could not be found out, though a call asked.
struct CallLosses {
    std::uint64_t sockets = 0;    ///< calls on one that could not be looked at, or that no port is left for
    std::uint64_t processes = 0;  ///< that were gone before they were looked at

    friend bool operator==(const CallLosses&, const CallLosses&) = default;
};

}  // namespace waybill
