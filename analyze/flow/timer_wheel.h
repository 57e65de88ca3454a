#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "analyze/flow/flow_record.h"
#include "analyze/flow/flow_slab.h"

namespace waybill {

/// The flows by the second in which they may end, in lists through the records. A flow that is seen again stays where
/// it is: its bucket is only looked at when that second comes, so a packet costs nothing here.
class TimerWheel {
public:
    static constexpr std::int64_t span_seconds = 4096;  ///< more than the longest idle time

    TimerWheel()
    {
        heads_.fill(no_flow);
        tails_.fill(no_flow);
    }

    /// Puts the flow behind those that are there: of one second, who came first goes first.
    void insert(FlowSlab& flows, std::uint32_t flow, std::int64_t second);
    void remove(FlowSlab& flows, std::uint32_t flow);

    /// The first flow of that second's bucket, or no_flow.
    std::uint32_t head(std::int64_t second) const { return heads_[slot(second)]; }

private:
    static std::size_t slot(std::int64_t second)
    {
        return static_cast<std::size_t>(second) % static_cast<std::size_t>(span_seconds);
    }
    std::array<std::uint32_t, span_seconds> heads_;
    std::array<std::uint32_t, span_seconds> tails_;
};

}  // namespace waybill
