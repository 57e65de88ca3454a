#pragma once

#include <cstdint>
#include <string>

namespace waybill {

/// Packets, and their octets from the IP header on. What carries no IP (ARP) counts alike, from behind its link-layer
/// header.
struct Traffic {
    std::uint64_t packets = 0;
    std::uint64_t ip_bytes = 0;

    friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// What the kernel itself counted of the traffic that a recording is of, and how much of that the recording does not
/// hold for a reason that is known.
struct KernelCounter {
    std::string counter;  ///< "cgroup", "interface eth0"
    Traffic out;
    Traffic in;
    Traffic recorded_once;  ///< over the loopback interface: counted when sent and when received
    Traffic lost;           ///< and counted as lost; the octets are 0 where nobody knows them
    /// At most so much may differ: packets of the moments in which the counters were read, frames that the capture
    /// sees merged, octets of lost packets.
    Traffic uncertain;

    friend bool operator==(const KernelCounter&, const KernelCounter&) = default;
};

}  // namespace waybill
