#include "analyze/flow/flow_slab.h"

#include <algorithm>

namespace waybill {

std::uint32_t FlowSlab::take()
{
    ++used_;
    if (!free_.empty()) {
        const std::uint32_t flow = free_.back();
        free_.pop_back();
        return flow;
    }
    Block& block = blocks_[block_of(fresh_)];
    if (block.empty())
        block.reserve(std::max(first_flows, start_of(block_of(fresh_))));
    block.emplace_back();
    return fresh_++;
}

void FlowSlab::give_back(std::uint32_t flow)
{
    (*this)[flow] = FlowRecord{};
    free_.push_back(flow);
    --used_;
}

}  // namespace waybill
