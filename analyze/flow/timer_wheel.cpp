#include "analyze/flow/timer_wheel.h"

namespace waybill {

void TimerWheel::insert(FlowSlab& flows, std::uint32_t flow, std::int64_t second)
{
    std::uint32_t& tail = tails_[slot(second)];
    FlowRecord& record = flows[flow];
    record.timer_second = second;
    record.timer_previous = tail;
    record.timer_next = no_flow;
    if (tail != no_flow)
        flows[tail].timer_next = flow;
    else
        heads_[slot(second)] = flow;
    tail = flow;
}

void TimerWheel::remove(FlowSlab& flows, std::uint32_t flow)
{
    const FlowRecord& record = flows[flow];
    if (record.timer_previous != no_flow)
        flows[record.timer_previous].timer_next = record.timer_next;
    else
        heads_[slot(record.timer_second)] = record.timer_next;
    if (record.timer_next != no_flow)
        flows[record.timer_next].timer_previous = record.timer_previous;
    else
        tails_[slot(record.timer_second)] = record.timer_previous;
}

}  // namespace waybill
