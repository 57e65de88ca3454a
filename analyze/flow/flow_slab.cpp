#include "analyze/flow/flow_slab.h"

namespace waybill {

std::uint32_t FlowSlab::take()
{
    ++used_;
    if (!free_.empty()) {
        const std::uint32_t flow = free_.back();
        free_.pop_back();
        return flow;
    }
    if (fresh_ == blocks_.size() * block_flows)
        blocks_.push_back(std::make_unique<Block>());
    return fresh_++;
}

void FlowSlab::give_back(std::uint32_t flow)
{
    (*this)[flow] = FlowRecord{};
    free_.push_back(flow);
    --used_;
}

}  // namespace waybill
