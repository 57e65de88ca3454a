#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "capture/case_folder.h"
#include "capture/circumstances.h"

using namespace waybill;
using Json = nlohmann::json;

namespace {

Run counted_run()
{
    Run run;
    run.command = {"true"};
    run.interfaces = {{"eth0", 10, 1, 2}};
    run.counters = {{"interface eth0", {1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}};
    return run;
}

}  // namespace

TEST_CASE("what interfaces dropped and the kernel counted reads back from run.json")
{
    const auto run = run_from_json(run_to_json(counted_run()));
    REQUIRE(run);
    CHECK(run->interfaces == counted_run().interfaces);
    CHECK(run->counters == counted_run().counters);
}

TEST_CASE("a run.json of a version that did not count reads as one without counters")
{
    Json json = Json::parse(run_to_json(counted_run()));
    json.erase("counters");
    json["interfaces"][0].erase("interface_dropped");
    const auto run = run_from_json(json.dump());
    REQUIRE(run);
    CHECK(run->counters.empty());
    CHECK(run->interfaces.front() == InterfaceRecord{"eth0", 10, 1, 0});
}

TEST_CASE("who chose the mode reads back from run.json, and is the command line where an earlier version recorded")
{
    Run run;
    run.mode_source = ModeSource::configuration;
    Json json = Json::parse(run_to_json(run));
    REQUIRE(run_from_json(json.dump()).has_value());
    CHECK(run_from_json(json.dump())->mode_source == ModeSource::configuration);
    json["network_from"] = "somebody";
    CHECK_FALSE(run_from_json(json.dump()).has_value());
    json.erase("network_from");
    REQUIRE(run_from_json(json.dump()).has_value());
    CHECK(run_from_json(json.dump())->mode_source == ModeSource::command_line);
}

TEST_CASE("what was set and followed reads back from run.json, and is absent where an earlier version recorded")
{
    Run run;
    run.set_environment = {"A", "B"};
    run.timeout = std::chrono::milliseconds{1500};
    run.timed_out = true;
    run.recipe = RecipeRun{"a recipe",
                           "00",
                           "",
                           {{"A", "1"}},
                           {{RecipeStep::Kind::wait_for, StepOutcome::End::done, Timestamp{}, Timestamp{}},
                            {RecipeStep::Kind::wait_for_exit, StepOutcome::End::failed, Timestamp{}, {}},
                            {RecipeStep::Kind::idle, StepOutcome::End::not_reached, {}, {}}},
                           "step 2"};
    Json json = Json::parse(run_to_json(run));
    const auto read = run_from_json(json.dump());
    REQUIRE(read.has_value());
    CHECK(read->set_environment == run.set_environment);
    CHECK(read->timeout == run.timeout);
    CHECK(read->timed_out);
    CHECK(read->recipe == run.recipe);
    json["recipe"]["steps"][0]["end"] = "perhaps";
    CHECK_FALSE(run_from_json(json.dump()).has_value());
    for (const char* member : {"set_environment", "timeout", "recipe"})
        json.erase(member);
    const auto earlier = run_from_json(json.dump());
    REQUIRE(earlier.has_value());
    CHECK(earlier->set_environment.empty());
    CHECK_FALSE(earlier->timeout.has_value());
    CHECK_FALSE(earlier->recipe.has_value());
}

TEST_CASE("counters that are not whole, or no numbers, make no run")
{
    const Json good = Json::parse(run_to_json(counted_run()));
    for (const char* member : {"counter", "packets", "ip_bytes", "recorded_once", "lost", "uncertain"}) {
        CAPTURE(member);
        Json bad = good;
        bad["counters"][0].erase(member);
        CHECK_FALSE(run_from_json(bad.dump()));
    }
    for (const Json& value : {Json(-1), Json(1e300), Json("1"), Json(nullptr)}) {
        CAPTURE(value.dump());
        Json bad = good;
        bad["counters"][0]["ip_bytes"]["out"] = value;
        CHECK_FALSE(run_from_json(bad.dump()));
    }
}

TEST_CASE("proxies that no environment names so are refused: their words would reach a terminal, their number the time")
{
    Run run;
    run.proxies.variables = {{"HTTPS_PROXY", "proxy.example", Port{3128}}};
    const std::string whole = run_to_json(run);
    REQUIRE(run_from_json(whole).has_value());
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string changed = whole;
        changed.replace(changed.find(from), from.size(), to);
        return run_from_json(changed);
    };
    CHECK_FALSE(with("proxy.example", ":\\u001b]0;x\\u0007").has_value());
    CHECK_FALSE(with("HTTPS_PROXY", "SOME_PROXY").has_value());
    run.proxies.exceptions.assign(ProxySettings::max_exceptions + 1, "*");
    CHECK_FALSE(run_from_json(run_to_json(run)).has_value());
}

TEST_CASE(
    "who answers for a recording and on what it was made reads back, and is absent where an earlier version recorded")
{
    Run run;
    Circumstances facts = read_circumstances("Ana", "an order");
    CHECK(facts.operated_by == "Ana");
    CHECK(facts.host_id.size() == 64);
    CHECK(facts.boot_id.size() == 64);
    CHECK(facts.host_id != facts.boot_id);
    CHECK_FALSE(facts.system.empty());
    CHECK_FALSE(facts.clock.source.empty());
    CHECK(read_circumstances("", "").host_id == facts.host_id);  // of one machine
    CHECK_FALSE(read_circumstances("", "").operated_by.empty());
    facts.clock.end = read_clocks();
    CHECK(facts.clock.end.since_boot >= facts.clock.begin.since_boot);
    run.circumstances = facts;
    Json json = Json::parse(run_to_json(run));
    auto read = run_from_json(json.dump());
    REQUIRE(read.has_value());
    CHECK(read->circumstances == facts);
    json["circumstances"]["clock"]["begin"]["since_boot_ns"] = "soon";
    CHECK_FALSE(run_from_json(json.dump()).has_value());
    json.erase("circumstances");
    read = run_from_json(json.dump());
    REQUIRE(read.has_value());
    CHECK_FALSE(read->circumstances.has_value());
}

TEST_CASE("how a recording was made, what it audited and why it ended read back, and may be absent")
{
    Run run;
    run.method = {RecordingMethod::Packets::interfaces, "kernel", "tcp port 443", {"-i eth0", "--pid 12"}};
    run.programs = {{{"/usr/bin/env", ""}, {}, {}},
                    {{"/usr/bin/node", std::string(64, 'a')}, ProgramFile{"/srv/cli.js", ""}, Package{"cli", "1.0.0"}}};
    run.rules_digest = std::string(64, 'b');
    run.environment = {"HOME", "PATH"};
    using enum StopReason;
    for (const StopReason reason :
         {broke_off, failure, processes_ended, command_ended, timeout, signal, duration, packets}) {
        CAPTURE(text(reason));
        run.stop = reason;
        const auto read = run_from_json(run_to_json(run));
        REQUIRE(read.has_value());
        CHECK(read->stop == run.stop);
        CHECK(read->method == run.method);
        CHECK(read->programs == run.programs);
        CHECK(read->rules_digest == run.rules_digest);
        CHECK(read->environment == run.environment);
    }
    Json json = Json::parse(run_to_json(run));
    json["stop"] = "boredom";
    CHECK_FALSE(run_from_json(json.dump()).has_value());
    for (const char* member : {"stop", "method", "programs", "rules_sha256", "environment"})
        json.erase(member);
    const auto read = run_from_json(json.dump());
    REQUIRE(read.has_value());
    CHECK_FALSE(read->stop.has_value());
    CHECK_FALSE(read->method.has_value());
    CHECK(read->programs.empty());
}
