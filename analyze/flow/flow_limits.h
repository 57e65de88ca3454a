#pragma once

#include <chrono>
#include <cstddef>

namespace waybill {

/// When a flow is over, in packet time.
struct FlowLimits {
    std::chrono::seconds tcp_idle{3600};
    std::chrono::seconds other_idle{300};
    std::chrono::seconds after_end{60};  ///< stragglers after RST or both FINs still belong to the flow
    std::size_t max_flows = 1'048'576;   ///< open at once; the one nearest to its idle end goes first
};

}  // namespace waybill
