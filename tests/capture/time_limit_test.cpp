#include "capture/network/time_limit.h"

#include <doctest/doctest.h>

using namespace waybill::contained;
using namespace std::chrono_literals;
using Order = TimeLimit::Order;

namespace {

const TimeLimit::Clock::time_point begin{1h};

}  // namespace

TEST_CASE("a command whose time is over is asked to end, and all is ended five seconds later, each once")
{
    TimeLimit limit{10s};
    limit.begin(begin);
    CHECK(limit.due(begin + 9s, true) == Order::nothing);
    CHECK_FALSE(limit.was_reached());
    CHECK(limit.due(begin + 10s, true) == Order::ask);
    CHECK(limit.was_reached());
    CHECK(limit.due(begin + 14s, true) == Order::nothing);
    CHECK(limit.due(begin + 15s, false) == Order::end_all);
    CHECK(limit.due(begin + 16s, false) == Order::nothing);
}

TEST_CASE("a command that ended in time is left alone, and one without a limit too")
{
    TimeLimit limit{10s};
    limit.begin(begin);
    CHECK(limit.due(begin + 10s, false) == Order::nothing);
    CHECK(limit.due(begin + 1h, false) == Order::nothing);
    CHECK_FALSE(limit.was_reached());
    TimeLimit none{std::nullopt};
    none.begin(begin);
    CHECK(none.due(begin + 24h, true) == Order::nothing);
}

TEST_CASE("a command can be ended before its time, which is not that its time was over")
{
    TimeLimit limit{10s};
    limit.begin(begin);
    limit.end(begin + 1s);
    CHECK(limit.due(begin + 1s, true) == Order::ask);
    CHECK(limit.due(begin + 6s, true) == Order::end_all);
    CHECK(limit.due(begin + 10s, true) == Order::nothing);
    CHECK_FALSE(limit.was_reached());
    TimeLimit unlimited{std::nullopt};
    unlimited.begin(begin);
    unlimited.end(begin);
    CHECK(unlimited.due(begin, false) == Order::nothing);
    CHECK(unlimited.due(begin + 5s, false) == Order::end_all);
}
