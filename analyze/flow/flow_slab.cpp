#include "analyze/flow/flow_slab.h"

#include <memory>
#include <new>

namespace waybill {

FlowSlab::FlowSlab(std::size_t most_flows)
{
    try {
        records_.reserve(most_flows);
    } catch (const std::bad_alloc&) {
        records_.clear();  // as it was: nothing is reserved
    }
}

std::uint32_t FlowSlab::take()
{
    ++used_;
    if (free_.empty()) {
        records_.emplace_back();
        return static_cast<std::uint32_t>(records_.size() - 1);
    }
    const std::uint32_t flow = free_.back();
    free_.pop_back();
    return flow;
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

void FlowSlab::clear()
{
    records_ = Records{};
    free_ = std::vector<std::uint32_t>{};
    used_ = 0;
}

}  // namespace waybill
