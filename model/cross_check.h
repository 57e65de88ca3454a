#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/gap.h"
#include "model/traffic.h"

namespace waybill {

/// A recording's packets held against what the kernel counted without them, both ways together.
struct CrossCheck {
    std::vector<std::string> counters;  ///< whose sum `counted_out` and `counted_in` are
    Traffic counted_out;
    Traffic counted_in;
    Traffic recorded;       ///< the packets of the recording's files
    Traffic recorded_once;  ///< counted twice by the kernel
    Traffic lost;           ///< counted as lost by the recording
    Traffic uncertain;      ///< by so much a difference may be none

    /// Counted less recorded, once what is known to be missing is taken off: below 0 where the recording holds more.
    std::int64_t packets_difference = 0;
    std::int64_t ip_bytes_difference = 0;

    /// Of what the recording should hold, in millionths.
    std::uint64_t ip_bytes_ppm() const;

    bool lacks_packets() const;  ///< more than what is uncertain
    bool differs() const;        ///< likewise, packets or octets, in either direction

    friend bool operator==(const CrossCheck&, const CrossCheck&) = default;
};

/// Compares. Nothing without counters.
std::optional<CrossCheck> cross_check(const std::vector<KernelCounter>& counters, const Traffic& recorded);

/// The gap that a difference is which nothing explains.
std::optional<Gap> gap_of(const CrossCheck& check);

}  // namespace waybill
