#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/rules/judged_policy.h"

using namespace waybill;
using namespace waybill::rules;
using test::decision;
using test::judged;
using test::mixed;
using test::policy;
using test::telemetry;
using Outcome = Verdict::Outcome;

namespace {

/// A recording with a phase `idle`, and one contact in it alone: three of its flows, with 300 octets of payload.
Report idle_report()
{
    RatedContact contact = test::contact("api.acme.example", 1'000, telemetry());
    PhaseVolume idle;
    idle.phase = 1;
    idle.flows = 3;
    idle.out.payload_bytes = 300;
    contact.contact.phases = {idle};
    Report report = test::capture_report({contact});
    report.phases.resize(2);
    report.phases[1].phase.opening = Phase::Opening::mark;
    report.phases[1].phase.label = "idle";
    return report;
}

}  // namespace

TEST_CASE("a deny that mixed purposes soften is never milder than what decides without it")
{
    const RatedContact contact = test::contact("api.acme.example", 1, mixed());
    const std::string deny = R"({"id":"d","effect":"deny","purposes":["telemetry"]})";
    struct Row {
        const char* what;
        std::string entries;
        const char* fields;
        Effect effect;
        const char* entry;
    };
    const Row rows[] = {
        {"alone", deny, R"("default":"allow",)", Effect::review, "d"},
        {"what is not allowed is denied", deny, R"("default":"deny",)", Effect::deny, ""},
        {"softened to allow, what is not allowed is denied", deny, R"("default":"deny","mixed_purposes":"allow",)",
         Effect::deny, ""},
        {"a wider entry denies", deny + R"(,{"id":"p","effect":"deny","ports":[443]})", R"("default":"allow",)",
         Effect::deny, "p"},
        {"a wider entry allows", deny + R"(,{"id":"p","effect":"allow","ports":[443]})", R"("default":"deny",)",
         Effect::review, "d"},
        {"a closer entry allows", deny + R"(,{"id":"h","effect":"allow","hosts":["api.acme.example"]})",
         R"("default":"deny",)", Effect::allow, "h"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.what});
        const JudgedContact judged = decision(contact, row.entries, row.fields);
        CHECK(judged.effect == row.effect);
        CHECK(judged.by.entry == row.entry);
    }
}

TEST_CASE("where nothing divides the recording, limits and entries of a phase speak of its one phase")
{
    Report report = test::capture_report({test::contact("api.acme.example", 1'000, telemetry())});
    report.phases.clear();
    const Policy spoken = policy(R"({"id":"d","effect":"deny","phases":["start"]})",
                                 R"("default":"allow","limits":[{"id":"l","measure":"payload-out","most":899,
                                 "phases":["start"]}],)");
    const Verdict verdict = judged(report, spoken);
    CHECK(verdict.count(Effect::deny) == 1);
    REQUIRE(verdict.limits.size() == 1);
    CHECK(verdict.limits.front().measured == 900);
}

TEST_CASE("what is said of a phase that the recording does not have, or that was not told apart, is open")
{
    const Policy spoken = policy(R"({"id":"d","effect":"deny","phases":["idle"],"ports":[25]})");
    CHECK(judged(idle_report(), spoken).outcome() == Outcome::no_finding);
    const Verdict absent = judged(test::capture_report({test::contact("api.acme.example", 1)}), spoken);
    REQUIRE(absent.open.size() == 1);
    CHECK(absent.open.front().reasons == std::vector<std::string>{"the recording has no phase \"idle\""});
    CHECK(absent.outcome() == Outcome::incomplete);
    for (const GapKind kind : {GapKind::phases_bound, GapKind::no_timestamp}) {
        Report report = idle_report();
        report.gaps = {{kind, 1, {}}};
        CHECK(judged(report, spoken).outcome() == Outcome::incomplete);
        CHECK(judged(report, policy(R"({"id":"d","effect":"deny","hosts":["b.example"]})")).outcome() ==
              Outcome::no_finding);
    }
}

TEST_CASE("entries that expired claim nothing")
{
    Report report = test::capture_report({test::contact("api.acme.example", 1)});
    report.gaps = {{GapKind::kernel_dropped, 1, {}}};
    const auto until = [](const char* day) {
        return policy(fmt::format(R"({{"id":"d","effect":"deny","hosts":["b.example"],"expires":"{}"}})", day));
    };
    CHECK(judged(report, until("2026-11-22")).outcome() == Outcome::incomplete);
    CHECK(judged(report, until("2026-11-21")).outcome() == Outcome::no_finding);
}

TEST_CASE("nothing is said to be absent where the command handed its work to a process outside of the recording")
{
    Report report = test::capture_report({test::contact("api.acme.example", 1)});
    report.hand_over.emplace();
    const Verdict verdict = judged(report, policy(R"({"id":"d","effect":"deny","hosts":["b.example"]})"));
    REQUIRE(verdict.open.size() == 1);
    CHECK(verdict.open.front().reasons.front().contains("handed its work over"));
    CHECK(judged(report, policy("")).outcome() == Outcome::no_finding);
}

TEST_CASE("a limit is at most the largest number that is counted exactly")
{
    const auto limit = [](const char* most) {
        return test::policy_text(
            "", fmt::format(R"("default":"allow","limits":[{{"id":"l","measure":"flows","most":{}}}],)", most));
    };
    CHECK(parse_policy(limit("9007199254740991"), "p.json").has_value());
    const auto larger = parse_policy(limit("9007199254740992"), "p.json");
    REQUIRE_FALSE(larger.has_value());
    CHECK(larger.error().text() ==
          "p.json: limits[0].most: it is larger than anything that can be measured; write less than 2^53");
}
