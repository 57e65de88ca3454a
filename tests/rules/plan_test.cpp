#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rules/plan/read_plan.h"
#include "rules/plan/run_log.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

const std::string smallest =
    R"({"format": "waybill-plan/1", "recipe": {}, "arms": [{"name": "default"}, {"name": "off"}]})";

/// The smallest plan with one text in place of another.
std::string with(const std::string& text, const std::string& in_its_place)
{
    std::string plan = smallest;
    const std::size_t at = plan.find(text);
    REQUIRE(at != std::string::npos);
    return plan.replace(at, text.size(), in_its_place);
}

std::string arm(const std::string& members)
{
    return with(R"({"name": "off"})", R"({"name": "off", )" + members + "}");
}

}  // namespace

TEST_CASE("a plan is read with what it leaves out")
{
    const auto plan = parse_plan(smallest);
    REQUIRE(plan.has_value());
    CHECK(plan->recipe == "{}");
    CHECK(plan->arms.size() == 2);
    CHECK(plan->repeats == 10);
    CHECK((plan->order == Plan::Order::interleaved));
    CHECK(plan->margin == 0.3);
}

TEST_CASE("every member of an arm is read")
{
    const auto plan = parse_plan(arm(
        R"("environment": {"A": "1"}, "command": ["tool"], "arguments": ["--off"], "files": [{"path": "a", "json": {"b": 1}},
           {"path": "c", "text": "d"}], "before": [["tool", "off"]], "switches": ["x/y"], "covers": ["telemetry"], "account": "none", "note": "n")"));
    REQUIRE(plan.has_value());
    Plan::Arm expected;
    expected.name = "off";
    expected.environment = {{"A", "1"}};
    expected.command = {"tool"};
    expected.arguments = {"--off"};
    expected.files = {{"a", R"({"b": 1})", {}}, {"c", {}, "d"}};
    expected.before = {{"tool", "off"}};
    expected.switches = {"x/y"};
    expected.covers = {Purpose::telemetry};
    expected.account = "none";
    CHECK((plan->arms[1] == expected));
}

TEST_CASE("a plan that cannot be followed says where and why")
{
    struct Row {
        std::string plan;
        std::string where;
    };
    const Row rows[] = {
        {"", ""},
        {"[]", ""},
        {with("waybill-plan/1", "waybill-plan/2"), "format"},
        {with(R"("recipe": {})", R"("recipe": [])"), "recipe"},
        {with(R"("recipe": {}, )", ""), "recipe"},
        {with(R"(, {"name": "off"})", ""), "arms"},
        {with(R"("name": "off")", R"("name": "default")"), "arms[1].name"},
        {with(R"("name": "off")", R"("name": "")"), "arms[1].name"},
        {with(R"("name": "off")", R"("name": ")" + std::string(81, 'x') + '"'), "arms[1].name"},
        {with(R"({"name": "default"}, {"name": "off"})", R"({"name": "a b"}, {"name": "a-b"})"), "arms[1].name"},
        {with(R"("recipe")", R"("repeats": 0, "recipe")"), "repeats"},
        {with(R"("recipe")", R"("repeats": 1001, "recipe")"), "repeats"},
        {with(R"("recipe")", R"("repeats": 5000000000, "recipe")"), "repeats"},
        {with(R"("recipe")", R"("margin": 0, "recipe")"), "margin"},
        {with(R"("recipe")", R"("margin": 1, "recipe")"), "margin"},
        {with(R"("recipe")", R"("order": "random", "recipe")"), "order"},
        {with(R"("recipe")", R"("orders": "blocks", "recipe")"), "orders"},
        {arm(R"("before": [[]])"), "arms[1].before[0]"},
        {arm(R"("before": [["tool", 1]])"), "arms[1].before[0][1]"},
        {arm(R"("before": ["tool"])"), "arms[1].before[0]"},
        {arm(R"("environment": {"A": 1})"), "arms[1].environment.A"},
        {arm(R"("account": "a\u001b")"), "arms[1].account"},
        {with(R"("name": "off")", R"("name": "o\u202eff")"), "arms[1].name"},
        {arm(R"("files": [{"path": "a"}])"), "arms[1].files[0].json"},
        {arm(R"("switches": ["nobody"])"), "arms[1].switches"},
        {arm(R"("covers": ["nothing"])"), "arms[1].covers"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.plan);
        const auto plan = parse_plan(row.plan);
        REQUIRE_FALSE(plan.has_value());
        CHECK(plan.error().where == row.where);
        CHECK_FALSE(plan.error().what.empty());
    }
}

TEST_CASE("what is given to a command may be empty, or hold what no report shows")
{
    const auto plan = parse_plan(arm(R"("environment": {"A": ""}, "arguments": ["", "\u001b"],
                                        "files": [{"path": "a", "text": ""}])"));
    REQUIRE(plan.has_value());
    CHECK(plan->arms[1].environment.front().second.empty());
    CHECK((plan->arms[1].arguments == std::vector<std::string>{"", "\x1b"}));
    CHECK(plan->arms[1].files.front().text == "");
}

TEST_CASE("runs take turns, or go arm by arm")
{
    auto plan = parse_plan(smallest).value();
    plan.repeats = 2;
    CHECK((planned_runs(plan) == std::vector<PlannedRun>{{1, 0}, {2, 1}, {3, 0}, {4, 1}}));
    plan.order = Plan::Order::blocks;
    CHECK((planned_runs(plan) == std::vector<PlannedRun>{{1, 0}, {2, 0}, {3, 1}, {4, 1}}));
}

TEST_CASE("an arm's name stands in file names without what could lead elsewhere")
{
    Plan::Arm arm;
    arm.name = "../a b=\"1\"/ü";
    CHECK(file_name_of(arm) == "..-a-b--1----");
    arm.name = std::string(80, 'x');
    CHECK(file_name_of(arm) == std::string(40, 'x'));
}

TEST_CASE("the log of runs reads back, and ends before a line that was being written")
{
    RunRecord record;
    record.number = 7;
    record.arm = "A=\"1\" ü";
    record.began = from_rfc3339("2026-11-22T19:18:41.000000001Z").value();
    record.ended = from_rfc3339("2026-11-22T19:18:43.000000000Z").value();
    record.status = 137;
    record.environment = {{"LANG", "C.UTF-8"}};
    const std::string line = run_log_line(record);
    CHECK((parse_run_log(line + line).value() == std::vector{record, record}));
    for (std::size_t size = 0; size < line.size(); ++size)
        CHECK(parse_run_log(line + line.substr(0, size)).value().size() == 1);
    CHECK(parse_run_log("").value().empty());
}

TEST_CASE("a line of the log that is not as it should be says which")
{
    const std::string line =
        R"({"run":1,"arm":"a","began":"2026-11-22T19:18:41.000000001Z","ended":"2026-11-22T19:18:41.000000001Z","status":0,"environment":[]})";
    struct Row {
        const char* text;
        const char* in_its_place;
        const char* where;
    };
    const Row rows[] = {
        {R"("run":1)", R"("run":0)", "line 2: run"},
        {R"("run":1)", R"("run":99999999)", "line 2: run"},
        {R"("arm":"a")", R"("arm":"")", "line 2: arm"},
        {R"("status":0)", R"("status":256)", "line 2: status"},
        {R"("status":0,)", "", "line 2: status"},
        {R"("ended":"2026)", R"("ended":"26)", "line 2: ended"},
        {R"("environment":[])", R"("environment":[{"name":"TZ"}])", "line 2: environment[0].value"},
        {R"("environment":[])", R"("environment":[],"more":1)", "line 2: more"},
    };
    for (const Row& row : rows) {
        std::string other = line;
        other.replace(other.find(row.text), std::string{row.text}.size(), row.in_its_place);
        const auto records = parse_run_log(line + "\n" + other + "\n");
        REQUIRE_FALSE(records.has_value());
        CHECK(records.error().where == row.where);
    }
}
