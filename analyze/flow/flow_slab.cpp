#include "analyze/flow/flow_slab.h"

#include <algorithm>
#include <memory>

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

/// Destroyed and made anew, which is less to do than assigning an empty one.
void FlowSlab::empty(std::uint32_t flow)
{
    FlowRecord& record = (*this)[flow];
    std::destroy_at(&record);
    std::construct_at(&record);
}

void FlowSlab::give_back(std::uint32_t flow)
{
    empty(flow);
    free_.push_back(flow);
    --used_;
}

}  // namespace waybill
