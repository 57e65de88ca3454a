#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace waybill {

/// A hook that the kernel refused, and why: what it would have told is a gap.
struct RefusedHook {
    std::string name;
    std::string reason;

    friend bool operator==(const RefusedHook&, const RefusedHook&) = default;
};

/// What was lost because nobody read fast enough, or because the kernel had no room.
struct KernelLosses {
    std::uint64_t events = 0;
    std::uint64_t packets = 0;
    std::uint64_t packet_octets = 0;  ///< IP octets of the lost packets
    std::uint64_t processes = 0;      ///< that are not followed
    std::uint64_t sockets = 0;        ///< of which nothing is kept: in a narrowed recording not their packets either

    friend bool operator==(const KernelLosses&, const KernelLosses&) = default;
};

/// Processes that left the watched cgroup, so that what they send from sockets made since is not told.
struct Departures {
    static constexpr std::size_t most_named = 8;

    std::uint64_t processes = 0;
    std::vector<std::string> named;  ///< of the first ones what they ran, and their number

    friend bool operator==(const Departures&, const Departures&) = default;
};

/// What could not be found out, though a call asked.
struct CallLosses {
    std::uint64_t sockets = 0;    ///< calls on one that could not be looked at, or that no port is left for
    std::uint64_t processes = 0;  ///< that were gone before they were looked at

    friend bool operator==(const CallLosses&, const CallLosses&) = default;
};

}  // namespace waybill
