#pragma once

#include <cstddef>
#include <cstdint>

#include "analyze/dissect/observation.h"
#include "analyze/dissect/side.h"
#include "base/cursor.h"

namespace waybill {

/// Follows one protocol through both sides of a connection, until its end or until it hands a side over to what it
/// carries (a tunnel, an upgraded protocol).
class Follower {
public:
    Follower() = default;
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;
    Follower(Follower&&) = delete;
    Follower& operator=(Follower&&) = delete;
    virtual ~Follower() = default;

    /// Takes a side's next octets; gives how many it took. Fewer than given only once that side is handed over: the
    /// rest belongs to what comes next.
    virtual std::size_t data(Side side, Bytes octets, const Observation& seen) = 0;

    /// Octets of a side that were never captured.
    virtual void missing(Side side, std::uint64_t octets, const Observation& seen) = 0;

    /// The stream has ended; what was unfinished stays so.
    virtual void finish(const Observation& seen) = 0;

    virtual bool wants(Side side) const = 0;
    virtual bool handed_over(Side side) const = 0;
};

}  // namespace waybill
