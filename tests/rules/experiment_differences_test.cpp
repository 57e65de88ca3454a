#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rules/experiment/differences.h"

using namespace waybill;
using namespace waybill::rules;

TEST_CASE("of circumstances those are told that differ, and whether between the arms")
{
    std::vector<ObservedRun> runs(6);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runs[i].arm = i % 2;
        runs[i].outcome = RunOutcome::complete;
        runs[i].circumstances = {
            {"kernel", "6.1"}, {"day", i < 2 ? "2026-11-21" : "2026-11-22"}, {"exit status", i % 2 == 0 ? "0" : "1"}};
    }
    runs[5].outcome = RunOutcome::failed;
    runs[5].circumstances = {{"kernel", "6.2"}};
    const auto found = differences(runs, 2);
    REQUIRE(found.size() == 2);
    CHECK(found[0].what == "day");
    CHECK_FALSE(found[0].is_between);
    CHECK((found[0].arms[0] == Difference::Values{{"2026-11-21", 1}, {"2026-11-22", 2}}));
    CHECK(found[1].what == "exit status");
    CHECK(found[1].is_between);
    CHECK((compared(runs) == std::vector<std::string>{"kernel", "day", "exit status"}));
}

TEST_CASE("gaps are told once, with how many runs have them")
{
    std::vector<ObservedRun> runs(3);
    runs[0].gaps = {{GapKind::attempts_only, 1, {}}};
    runs[1].gaps = {{GapKind::attempts_only, 1, {}}, {GapKind::kernel_dropped, 7, "eth0"}};
    const auto gaps = added_gaps(runs);
    REQUIRE(gaps.size() == 2);
    CHECK((gaps[0].first == Gap{GapKind::kernel_dropped, 7, "eth0"}));
    CHECK(gaps[0].second == 1);
    CHECK((gaps[1].first == Gap{GapKind::attempts_only, 2, {}}));
    CHECK(gaps[1].second == 2);
}
