#include "model/circumstances.h"

#include <doctest/doctest.h>

using namespace waybill;
using namespace std::chrono_literals;

TEST_CASE("a clock that was set is told from one that was slewed, whichever way")
{
    struct Row {
        const char* what;
        std::chrono::nanoseconds lasted;
        std::chrono::nanoseconds by;
        bool was_set;
    };
    const Row rows[] = {
        {"nothing", 1s, 0ns, false},
        {"a little, at once", 1s, 9ms, false},
        {"an hour on", 1s, 1h, true},
        {"an hour back", 1s, -1h, true},
        {"11 ms of a second", 1s, 11ms, true},
        {"as much as is slewed in an hour", 3600s, 1700ms, false},
        {"more than that", 3600s, 1900ms, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const ClockReading before{Timestamp{1'000s}, 50s};
        const ClockReading after{before.system + row.lasted + row.by, before.since_boot + row.lasted};
        CHECK(clock_step(before, after) == (row.was_set ? std::optional{row.by} : std::nullopt));
    }
}
