#include "rules/experiment/switch_arms.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/rules/rule_pack_text.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

/// A switch of Tool; `set` is the inside of the object, empty where only a person sets it.
std::string switch_text(const char* id, const char* name, const std::string& set, const char* covers = "telemetry")
{
    return fmt::format(R"({{"id":"{}","products":["Tool"],"name":"{}","kind":"env",{}"effect":"Sends less.",
        "covers":["{}"],"sources":[{{"title":"Page","url":"https://example.com/page","grade":"third-party",
        "read":"2026-01-01","paraphrase":"So it says."}},{{"title":"Manual","url":"https://example.com/manual",
        "grade":"vendor-documentation","read":"2026-01-03","paraphrase":"So it says, too."}}]}})",
                       id, name, set.empty() ? "" : fmt::format(R"("set":{{{}}},)", set), covers);
}

std::string pack_of(const std::string& switches, const char* id = "p")
{
    std::string pack = test::pack_text("", id);
    return pack.insert(pack.find(R"("rules")"), fmt::format(R"("switches":[{}],)", switches));
}

const std::string two_packs_first =
    switch_text("p/quiet", "QUIET=1", R"("environment":{"QUIET":"1"})") + "," +
    switch_text("p/flag", "--no-events", R"("arguments":["--no-events"])") + "," +
    switch_text("p/off", "tool events off", R"("command":["tool","events","off"])", "update-check") + "," +
    switch_text("p/file", "events: false", R"("file":{"path":".tool/s.json","json":{"events":false}})") + "," +
    switch_text("p/menu", "Settings, Privacy", "");
const std::string two_packs_second = switch_text("q/quiet", "QUIET", R"("environment":{"QUIET":"1"})", "crash-report");

RuleBook two_packs()
{
    return test::book(pack_of(two_packs_first), pack_of(two_packs_second, "q"));
}

std::vector<std::string> names_of(const std::vector<Plan::Arm>& arms)
{
    std::vector<std::string> names;
    for (const Plan::Arm& arm : arms)
        names.push_back(arm.name);
    return names;
}

}  // namespace

TEST_CASE("each switch of a product that a program can set is an arm, the same setting once")
{
    const RuleBook book = two_packs();
    const auto arms = switch_arms(book, {.product = "tool", .ids = {}});
    REQUIRE(arms.has_value());
    CHECK((names_of(*arms) ==
           std::vector<std::string>{"default", "QUIET=1", "--no-events", "tool events off", "events: false"}));
    CHECK(arms->front().switches.empty());
    const Plan::Arm& quiet = (*arms)[1];
    CHECK((quiet.environment == decltype(quiet.environment){{"QUIET", "1"}}));
    CHECK((quiet.switches == std::vector<std::string>{"p/quiet", "q/quiet"}));
    CHECK((quiet.covers == std::vector{Purpose::telemetry, Purpose::crash_report}));
    CHECK(((*arms)[2].arguments == std::vector<std::string>{"--no-events"}));
    CHECK(((*arms)[3].before == std::vector<Plan::CommandLine>{{"tool", "events", "off"}}));
    CHECK(((*arms)[4].files == std::vector<Plan::File>{{".tool/s.json", R"({"events":false})", {}}}));
}

TEST_CASE("one arm can set all switches together")
{
    const RuleBook book = two_packs();
    const auto arms = switch_arms(book, {.product = "Tool", .ids = {}, .arms = SwitchChoice::Arms::together});
    REQUIRE(arms.has_value());
    REQUIRE(arms->size() == 2);
    CHECK(arms->back().switches.size() == 5);
    CHECK(arms->back().environment.size() == 1);
    CHECK(arms->back().arguments.size() == 1);
    CHECK(arms->back().before.size() == 1);
    CHECK(arms->back().files.size() == 1);
}

TEST_CASE("switches that set one variable differently cannot be set together")
{
    const RuleBook book = test::book(pack_of(switch_text("p/a", "L=1", R"("environment":{"L":"1"})") + "," +
                                             switch_text("p/b", "L=2", R"("environment":{"L":"2"})")));
    CHECK(switch_arms(book, {.product = "Tool", .ids = {}})->size() == 3);
    const auto arms = switch_arms(book, {.product = "Tool", .ids = {}, .arms = SwitchChoice::Arms::together});
    REQUIRE_FALSE(arms.has_value());
    CHECK(arms.error().find("L to 1 and to 2") != std::string::npos);
}

TEST_CASE("a choice that cannot be made says why")
{
    const RuleBook book = two_packs();
    struct Row {
        SwitchChoice choice;
        const char* word;
    };
    const Row rows[] = {
        {{.product = "Other", .ids = {}}, "they know those of Tool"},
        {{.product = "Tool", .ids = {"p/nothing"}}, "is no switch of Tool"},
        {{.product = "Tool", .ids = {"p/menu"}}, "by a person alone"},
    };
    for (const Row& row : rows) {
        const auto arms = switch_arms(book, row.choice);
        REQUIRE_FALSE(arms.has_value());
        CHECK(arms.error().find(row.word) != std::string::npos);
    }
    const RuleBook by_hand = test::book(pack_of(switch_text("p/menu", "Settings", "")));
    CHECK_FALSE(switch_arms(by_hand, {.product = "Tool", .ids = {}}).has_value());
    CHECK(switch_arms(book, {.product = "Tool", .ids = {"p/flag"}})->size() == 2);
}

TEST_CASE("switches are cited with their sources, the strongest first, and their age")
{
    const RuleBook book = two_packs();
    const Date day = parse_date("2026-01-08").value();
    const auto cited = cite_switches(book, {"q/quiet", "p/gone"}, day);
    REQUIRE(cited.size() == 1);
    CHECK(cited.front().name == "QUIET");
    REQUIRE(cited.front().sources.size() == 2);
    CHECK(cited.front().sources.front().grade == "vendor documentation");
    CHECK(cited.front().sources.front().age_days == 5);
    const auto by_hand = switches_by_hand(book, "tool", day);
    REQUIRE(by_hand.size() == 1);
    CHECK(by_hand.front().id == "p/menu");
    CHECK(find_product(book, "TOOL") == "Tool");
    CHECK(find_product(book, "Other") == std::nullopt);
}
