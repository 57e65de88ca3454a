#include "capture/network/time_limit.h"

namespace waybill::contained {
namespace {

constexpr std::chrono::seconds patience_with_asked{5};

}  // namespace

void TimeLimit::begin(Clock::time_point now)
{
    if (limit_ && !is_ended_by_other_)
        asks_ = now + *limit_;
}

void TimeLimit::end(Clock::time_point now)
{
    if (is_ended_by_other_ || ends_all_ || was_reached_)
        return;
    is_ended_by_other_ = true;
    asks_ = now;
}

TimeLimit::Order TimeLimit::due(Clock::time_point now, bool command_runs)
{
    if (asks_ && now >= *asks_) {
        asks_.reset();
        if (!command_runs && !is_ended_by_other_)
            return Order::nothing;
        was_reached_ = !is_ended_by_other_;
        ends_all_ = now + patience_with_asked;
        return command_runs ? Order::ask : Order::nothing;
    }
    if (ends_all_ && now >= *ends_all_) {
        ends_all_.reset();
        return Order::end_all;
    }
    return Order::nothing;
}

}  // namespace waybill::contained
