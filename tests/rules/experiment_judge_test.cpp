#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rules/experiment/judge.h"
#include "rules/experiment/units.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

using Test = ArmComparison::Test;
using Verdict = ArmComparison::Verdict;
using Reason = ArmComparison::Reason;

/// What one arm's runs show of one endpoint.
struct Arm {
    std::uint32_t count;  // runs in which it is contacted, the first ones
    std::uint32_t runs;
    std::uint64_t octets = 1000;
    std::uint32_t failed = 0;
    std::uint32_t hidden = 0;  // of those without a contact
};

constexpr const char* endpoint_name = "events.example:443";

void add_runs(std::vector<ObservedRun>& runs, std::size_t number, const Arm& arm)
{
    for (std::uint32_t i = 0; i < arm.runs + arm.failed; ++i) {
        ObservedRun run;
        run.number = static_cast<std::uint32_t>(runs.size() + 1);
        run.arm = number;
        run.outcome = i < arm.runs ? RunOutcome::complete : RunOutcome::failed;
        if (i < arm.count)
            run.endpoints.push_back({.name = endpoint_name,
                                     .purposes = {Purpose::telemetry},
                                     .is_cited = true,
                                     .vendor = "Example",
                                     .rule = "example/events",
                                     .flows = 1,
                                     .ip_bytes_out = arm.octets});
        else if (i < arm.count + arm.hidden)
            run.absence = AbsenceSight::hidden;
        runs.push_back(std::move(run));
    }
}

std::vector<ArmSummary> summaries(const std::vector<Arm>& arms)
{
    std::vector<ArmSummary> found(arms.size());
    for (std::size_t i = 0; i < arms.size(); ++i)
        found[i].failed = arms[i].failed;
    return found;
}

ArmComparison judged(const Arm& first, const Arm& second, double margin = 0.3)
{
    std::vector<ObservedRun> runs;
    add_runs(runs, 0, first);
    add_runs(runs, 1, second);
    std::vector<UnitRuns> units = units_of(runs, 2);
    REQUIRE(units.size() == 1);
    judge(units, summaries({first, second}), margin);
    return units.front().unit.comparisons.front();
}

ObservedRun run_with(std::size_t arm, std::vector<ObservedEndpoint> endpoints)
{
    ObservedRun run;
    run.arm = arm;
    run.outcome = RunOutcome::complete;
    run.endpoints = std::move(endpoints);
    return run;
}

ObservedEndpoint endpoint(const char* name, std::vector<Purpose> purposes, std::uint64_t octets = 100)
{
    return {.name = name,
            .purposes = std::move(purposes),
            .is_cited = true,
            .vendor = {},
            .rule = {},
            .flows = 1,
            .ip_bytes_out = octets};
}

}  // namespace

TEST_CASE("a verdict follows from how often an endpoint was contacted, and how much went there")
{
    using enum Test;
    using enum Verdict;
    struct Row {
        const char* what;
        Arm first;
        Arm second;
        Test test;
        Verdict verdict;
        Reason reason;
    };
    const Row rows[] = {
        {"gone", {10, 10}, {0, 10}, fisher, reduced, Reason::none},
        {"in half of the runs", {10, 10}, {5, 10}, fisher, reduced, Reason::none},
        {"as before", {10, 10}, {10, 10}, permutation, not_reduced, Reason::none},
        {"gone, in three runs", {3, 3}, {0, 3}, fisher, inconclusive, Reason::too_few_runs},
        {"gone, in four runs", {4, 4}, {0, 4}, fisher, reduced, Reason::none},
        {"as before, in three runs", {3, 3}, {3, 3}, permutation, inconclusive, Reason::too_few_runs},
        {"as before, in nine runs", {9, 9}, {9, 9}, permutation, inconclusive, Reason::too_few_runs},
        {"a little less often", {10, 10}, {8, 10}, fisher, inconclusive, Reason::too_few_runs},
        {"half of the octets", {10, 10, 1000}, {10, 10, 500}, permutation, reduced, Reason::none},
        {"nearly all octets", {10, 10, 1000}, {10, 10, 1000}, permutation, not_reduced, Reason::none},
        {"more octets", {10, 10, 1000}, {10, 10, 2000}, permutation, not_reduced, Reason::none},
        {"in more runs", {5, 10}, {10, 10}, fisher, not_reduced, Reason::none},
        {"only in the second arm", {0, 10}, {10, 10}, fisher, not_reduced, Reason::none},
        {"once in each arm", {1, 10}, {1, 10}, fisher, inconclusive, Reason::too_few_runs},
        {"rarely, and then never", {1, 20}, {0, 20}, fisher, inconclusive, Reason::too_few_runs},
        {"in some of many runs, and then never", {4, 40}, {0, 40}, fisher, inconclusive, Reason::too_few_runs},
        {"nearly as often, of far less octets",
         {20, 20, 100'000},
         {19, 20, 1000},
         fisher,
         inconclusive,
         Reason::too_few_runs},
        {"nearly as often, of as many octets", {40, 40}, {39, 40}, fisher, not_reduced, Reason::none},
        {"no run of the second arm", {10, 10}, {0, 0}, fisher, inconclusive, Reason::too_few_runs},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const ArmComparison comparison = judged(row.first, row.second);
        CHECK((comparison.test == row.test));
        CHECK((comparison.verdict == row.verdict));
        CHECK((comparison.reason == row.reason));
    }
}

TEST_CASE("runs that failed, or could hide a contact, take a verdict away that they could change")
{
    struct Row {
        const char* what;
        Arm first;
        Arm second;
        Verdict verdict;
        Reason reason;
    };
    const Row rows[] = {
        {"one of ten failed, and the others speak for themselves",
         {10, 10},
         {0, 9, 1000, 1},
         Verdict::reduced,
         Reason::none},
        {"seven of ten failed", {10, 10}, {0, 3, 1000, 7}, Verdict::inconclusive, Reason::hidden},
        {"a failure of the first arm counts against it",
         {4, 4, 1000, 3},
         {0, 4},
         Verdict::inconclusive,
         Reason::hidden},
        {"seven absences could hide a contact", {10, 10}, {0, 10, 1000, 0, 7}, Verdict::inconclusive, Reason::hidden},
        {"two could", {10, 10}, {0, 10, 1000, 0, 2}, Verdict::reduced, Reason::none},
        {"a failure of the second arm forbids to say that nothing changed",
         {10, 10},
         {10, 10, 1000, 1},
         Verdict::inconclusive,
         Reason::hidden},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const ArmComparison comparison = judged(row.first, row.second);
        CHECK((comparison.verdict == row.verdict));
        CHECK((comparison.reason == row.reason));
    }
}

TEST_CASE("an inconclusive verdict says how many repeats would be needed at the observed rates")
{
    CHECK(judged({3, 3}, {0, 3}).needed == 4);
    CHECK(judged({3, 3}, {3, 3}).needed == 10);
    CHECK(judged({9, 9}, {9, 9}).needed == 10);
    CHECK(judged({10, 10}, {0, 10}).needed == std::nullopt);
    const ArmComparison close = judged({10, 10}, {8, 10});
    REQUIRE(close.needed.has_value());
    CHECK(*close.needed > 10);
    CHECK(judged({10, 10}, {0, 3, 1000, 7}).needed == std::nullopt);
}

TEST_CASE("more repeats are needed than were made, in either arm and whatever became of them")
{
    // Fisher's would do with 8 of each.
    const ArmComparison uneven = judged({14, 14}, {2, 3, 1000, 1});
    REQUIRE((uneven.verdict == Verdict::inconclusive));
    REQUIRE((uneven.reason == Reason::too_few_runs));
    CHECK(uneven.needed.value_or(0) > 14);
}

TEST_CASE("needed repeats leave room for every comparison that more runs bring into the family")
{
    // Three of three and none of three: with four repeats p is 1/70, below 0.05, but not below the third of it.
    std::vector<ObservedRun> runs;
    for (std::size_t i = 0; i < 3; ++i) {
        runs.push_back(run_with(
            0, {endpoint("a.example:443", {Purpose::telemetry}), endpoint("b.example:443", {Purpose::update_check}),
                endpoint("c.example:443", {Purpose::crash_report}),
                endpoint("d.example:443", {Purpose::model_inference})}));
        runs.push_back(run_with(1, {}));
    }
    std::vector<UnitRuns> units = units_of(runs, 2);
    CHECK(judge(units, summaries({{0, 0}, {0, 0}}), 0.3) == 0);
    for (const UnitRuns& unit : units)
        CHECK(unit.unit.comparisons.front().needed == 5);
}

TEST_CASE("the margin decides what counts as not reduced")
{
    CHECK((judged({10, 10}, {10, 10}, 0.3).verdict == Verdict::not_reduced));
    CHECK((judged({10, 10}, {10, 10}, 0.2).verdict == Verdict::inconclusive));
    CHECK((judged({40, 40}, {40, 40}, 0.1).verdict == Verdict::not_reduced));
    CHECK((judged({10, 10, 1000}, {10, 10, 750}, 0.3).verdict == Verdict::reduced));
}

TEST_CASE("octets against the margin are tested whichever test presence has")
{
    CHECK(judged({10, 10}, {10, 10}).margin_p == doctest::Approx{1.0 / 184'756});
    CHECK(judged({5, 10}, {10, 10}).margin_p == doctest::Approx{1.0 / 184'756});
    CHECK(judged({1, 20}, {0, 20}).margin_p == 1);
}

TEST_CASE("numbers of octets that no run has are judged without overflow")
{
    const std::uint64_t most = ~0ULL;
    CHECK((judged({10, 10, most}, {10, 10, most}).verdict == Verdict::not_reduced));
    CHECK((judged({10, 10, most}, {10, 10, most / 1'000'000}).verdict == Verdict::reduced));
    CHECK((judged({3, 10, most}, {3, 10, most}).verdict == Verdict::inconclusive));
}

TEST_CASE("what is more, or new, in an arm is told")
{
    CHECK(judged({0, 10}, {1, 10}).is_more);
    CHECK(judged({2, 10}, {10, 10}).is_more);
    CHECK(judged({10, 10, 100}, {10, 10, 300}).is_more);
    CHECK_FALSE(judged({10, 10}, {10, 10}).is_more);
    CHECK_FALSE(judged({10, 10}, {0, 10}).is_more);
    CHECK_FALSE(judged({9, 10}, {10, 10}).is_more);
}

TEST_CASE("more than in the first arm is limited to what could be seen of that, and is nothing without it")
{
    CHECK_FALSE(judged({0, 0}, {10, 10}).is_more);
    CHECK_FALSE(judged({0, 10}, {1, 10}).more_in_sight);
    CHECK_FALSE(judged({10, 10}, {0, 10}).more_in_sight);
    std::vector<ObservedRun> runs{run_with(0, {}), run_with(0, {}), run_with(1, {endpoint("a.example:443", {})})};
    const auto limited = [&runs](std::uint32_t failed) {
        std::vector<UnitRuns> units = units_of(runs, 2);
        judge(units, summaries({{.count = 0, .runs = 0, .failed = failed}, {0, 0}}), 0.3);
        CHECK(units.front().unit.comparisons.front().is_more);
        return units.front().unit.comparisons.front().more_in_sight;
    };
    CHECK_FALSE(limited(0));
    CHECK(limited(1));
    for (const AbsenceSight sight : {AbsenceSight::in_sight, AbsenceSight::hidden}) {
        runs[1].absence = sight;
        CHECK(limited(0));
    }
    runs[1].absence = AbsenceSight::whole;
    runs[1].volumes_are_whole = false;
    CHECK(limited(0));
}

TEST_CASE("tests that cannot get below the level are not in the family")
{
    std::vector<ObservedRun> runs;
    for (std::size_t i = 0; i < 10; ++i) {
        std::vector<ObservedEndpoint> first{endpoint("events.example:443", {Purpose::telemetry})};
        if (i == 0)
            first.push_back(endpoint("rare.example:443", {Purpose::update_check}));
        runs.push_back(run_with(0, std::move(first)));
        runs.push_back(run_with(1, i < 5 ? std::vector<ObservedEndpoint>{}
                                         : std::vector{endpoint("events.example:443", {Purpose::telemetry})}));
    }
    std::vector<UnitRuns> units = units_of(runs, 2);
    CHECK(judge(units, summaries({{0, 0}, {0, 0}}), 0.3) == 1);
    for (const UnitRuns& unit : units) {
        const ArmComparison& comparison = unit.unit.comparisons.front();
        CHECK(comparison.is_tested == (unit.unit.name == "events.example:443"));
        if (comparison.is_tested)
            CHECK(comparison.corrected == comparison.p);
    }
}

TEST_CASE("results are corrected for all units and arms together")
{
    std::vector<ObservedRun> runs;
    for (std::size_t i = 0; i < 10; ++i) {
        runs.push_back(run_with(
            0, {endpoint("a.example:443", {Purpose::telemetry}), endpoint("b.example:443", {Purpose::update_check})}));
        runs.push_back(run_with(1, {}));
        runs.push_back(run_with(2, {endpoint("a.example:443", {Purpose::telemetry})}));
    }
    std::vector<UnitRuns> units = units_of(runs, 3);
    // Two units in two arms, of which a in the last one is the same: of octets that never differ no test can reach it.
    CHECK(judge(units, summaries({{0, 0}, {0, 0}, {0, 0}}), 0.3) == 3);
    for (const UnitRuns& unit : units)
        for (const ArmComparison& comparison : unit.unit.comparisons)
            if (comparison.is_tested)
                CHECK(comparison.corrected == doctest::Approx{3 * comparison.p});
}

TEST_CASE("each bound of a share of runs errs with 2.5 % at most, for none and for all of them, too")
{
    std::vector<ObservedRun> runs;
    for (std::size_t i = 0; i < 10; ++i) {
        runs.push_back(run_with(0, {endpoint("a.example:443", {})}));
        runs.push_back(run_with(1, {}));
        runs.push_back(
            run_with(2, i < 5 ? std::vector{endpoint("a.example:443", {})} : std::vector<ObservedEndpoint>{}));
    }
    const std::vector<UnitRuns> units = units_of(runs, 3);
    const std::vector<ArmSight>& sights = units.front().unit.sights;
    CHECK(sights[0].low == doctest::Approx{0.6915});  // R: binom.test(10, 10)$conf.int
    CHECK(sights[0].high == 1);
    CHECK(sights[1].low == 0);
    CHECK(sights[1].high == doctest::Approx{0.3085});
    CHECK(sights[2].low == doctest::Approx{0.1871}.epsilon(0.001));
    CHECK(sights[2].high == doctest::Approx{0.8129}.epsilon(0.001));
}

TEST_CASE("a set of purposes is a unit where several endpoints have it")
{
    const std::vector<ObservedRun> runs{
        run_with(0, {endpoint("a.example:443", {Purpose::telemetry}, 100),
                     endpoint("b.example:443", {Purpose::telemetry}, 50),
                     endpoint("c.example:443", {Purpose::model_inference, Purpose::telemetry}, 500)}),
        run_with(1, {endpoint("b.example:443", {Purpose::telemetry}, 70)}),
    };
    const std::vector<UnitRuns> units = units_of(runs, 2);
    REQUIRE(units.size() == 4);
    const Unit& set = units.back().unit;
    CHECK((set.kind == Unit::Kind::purposes));
    CHECK(set.endpoints == 2);
    CHECK((set.purposes == std::vector{Purpose::telemetry}));
    CHECK((set.sights[0].ip_bytes_out == Spread{150, 150, 150, 1}));
    CHECK((set.sights[1].ip_bytes_out == Spread{70, 70, 70, 1}));
    CHECK(std::ranges::count_if(units, [](const UnitRuns& unit) { return unit.unit.is_mixed(); }) == 1);
}

TEST_CASE("a run that is not complete is nowhere counted")
{
    std::vector<ObservedRun> runs{run_with(0, {endpoint("a.example:443", {Purpose::telemetry})})};
    runs.push_back(run_with(0, {endpoint("b.example:443", {Purpose::telemetry})}));
    runs.back().outcome = RunOutcome::timed_out;
    const std::vector<UnitRuns> units = units_of(runs, 2);
    REQUIRE(units.size() == 1);
    CHECK(units.front().unit.sights.front().runs == 1);
}

TEST_CASE("an arm that documents what it reduces covers that and nothing else")
{
    std::vector<ObservedRun> runs{run_with(0, {endpoint("a.example:443", {Purpose::telemetry}),
                                               endpoint("b.example:443", {Purpose::model_inference})}),
                                  run_with(1, {})};
    std::vector<ArmSummary> arms(2);
    arms[1].covers = {Purpose::telemetry};
    std::vector<UnitRuns> units = units_of(runs, 2);
    judge(units, arms, 0.3);
    for (const UnitRuns& unit : units)
        CHECK(unit.unit.comparisons.front().is_covered == (unit.unit.name == "a.example:443"));
}
