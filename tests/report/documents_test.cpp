// What docs/ says of gaps and formats is what the program says.
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "capture/case_folder.h"
#include "report/diff_json.h"
#include "report/events.h"
#include "report/json.h"
#include "tests/report/sample_diff.h"
#include "tests/report/sample_report.h"
#include "tests/support/source_folder.h"

using namespace waybill;
using Json = nlohmann::json;

namespace {

std::string document(const std::string& path)
{
    std::ifstream file{test::source_folder() / "docs" / path};
    CAPTURE(path);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The row of docs/limits.md for a kind of gap.
std::string row_of(const GapText& kind)
{
    constexpr std::array<std::string_view, 7> claims{"endpoints", "names",    "volumes", "times",
                                                     "owners",    "purposes", "absence"};
    std::string affected;
    bool all = true;
    for (std::size_t claim = 0; claim < claims.size(); ++claim) {
        all = all && kind.affects[claim];
        if (kind.affects[claim])
            affected += (affected.empty() ? "" : ", ") + std::string{claims[claim]};
    }
    const std::string affects = all ? "all" : affected.empty() ? "-" : affected;
    return "| `" + std::string{kind.id} + "` | " + std::string{kind.sentence} + " | " + std::string{kind.limits} +
           " | " + affects + " | " + (kind.lost_input ? "yes" : "-") + " |\n";
}

/// The names of all members, at any depth, but for those of objects that map names to numbers.
void collect(const Json& json, std::set<std::string>& members)
{
    for (const auto& [name, value] : json.items()) {
        if (json.is_object())
            members.insert(name);
        if (value.is_structured() && name != "bounds" && name != "counts")
            collect(value, members);
    }
}

void check_documented(const std::set<std::string>& members, const std::string& page, const std::string& schema)
{
    const std::string text = document(page);
    const std::string shape = document(schema);
    CHECK(Json::accept(shape));
    for (const std::string& member : members) {
        CAPTURE(member);
        CHECK(text.contains("`" + member + "`"));
        CHECK(shape.contains("\"" + member + "\": "));
    }
}

/// A process with every member that a process can have.
Process full_process()
{
    Process process;
    process.id = 1;
    process.script.emplace();
    process.package.emplace();
    process.extension_host = ExtensionHost{{{}}, 0, 0};
    process.ended.emplace();
    return process;
}

/// A flow with every member that a flow can have.
Flow full_flow()
{
    Flow flow;
    flow.id = 1;
    flow.transport = Transport::other;
    flow.packets = {0, 1, 1, 1};
    FlowFacts& facts = flow.facts;
    facts.protocol = Protocol::quic;
    facts.hello = HelloState::complete;
    facts.ambiguous = true;
    facts.names = {{"a.example", NameSource::dns_answer, test::start, false}};
    facts.hellos.add({std::make_shared<const HelloFingerprint>(), Md5{}});
    facts.server = ServerHelloFacts{};
    facts.app().http_methods = {"GET"};
    facts.app().connect = {"a.example:443"};
    facts.app().socks = {"a.example:443"};
    facts.app().ssh = {"SSH-2.0-a"};
    return flow;
}

/// A recipe's run with every member that it can have.
RecipeRun full_recipe_run()
{
    return {"a", "b", "c", {{"d", "e"}}, {{RecipeStep::Kind::mark, StepOutcome::End::done, {}, {}}}, "f"};
}

}  // namespace

TEST_CASE("docs/limits.md has a row for every kind of gap that says what the program says, and no other")
{
    const std::string page = document("limits.md");
    for (std::size_t kind = 0; kind < gap_kinds; ++kind) {
        const std::string row = row_of(describe(static_cast<GapKind>(kind)));
        CAPTURE(row);
        CHECK(page.contains("\n" + row));
    }
    for (std::size_t at = page.find("\n| `"); at != std::string::npos; at = page.find("\n| `", at + 1)) {
        const std::string id = page.substr(at + 4, page.find('`', at + 4) - at - 4);
        CAPTURE(id);
        CHECK(find_gap_kind(id).has_value());
    }
}

TEST_CASE("docs/formats/events.md and its schema name every member of every event")
{
    std::string lines;
    EventWriter writer{[&](std::string_view some) { lines += some; }};
    writer.header({{"flows", 1}});
    writer.process(full_process());
    writer.owned_flow(full_flow(), {{1, MatchQuality::exact, "r"}, 2, 3, {1, 2}});
    DnsEvent dns;
    dns.questions.emplace_back();
    dns.answers.emplace_back();
    dns.services.emplace_back();
    writer.dns(dns);
    RatedContact rated = test::contact("a.example", 1);
    rated.contact.candidates = rated.contact.other_names = {"b.example"};
    rated.contact.outer_name_only = 1;
    rated.contact.tunnelled = true;
    rated.contact.via.emplace_back();
    rated.contact.carries = {1};
    rated.contact.tls = std::make_shared<const TlsTraits>();
    writer.contact(rated.contact, rated.rating);
    writer.gap({});
    writer.capture({});
    std::set<std::string> members;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1)
        collect(Json::parse(lines.substr(at, lines.find('\n', at) - at)), members);
    CHECK(members.size() > 80);
    check_documented(members, "formats/events.md", "schemas/events.schema.json");
}

TEST_CASE("docs/formats/report.md and its schema name every member of report.json")
{
    Report report = test::five_endpoints();
    report.contacts.front().contact.intervals.emplace();
    report.contacts.front().contact.via.emplace_back();
    report.contacts.front().contact.tls = std::make_shared<const TlsTraits>();
    report.findings.emplace_back();
    report.delegations.emplace_back();
    report.processes = {full_process()};
    report.cross_check = cross_check({{"cgroup", {}, {}, {}, {}, {}}}, {});
    report.hand_over.emplace();
    report.run->recipe = full_recipe_run();
    std::set<std::string> members;
    collect(Json::parse(report_to_json(report)), members);
    check_documented(members, "formats/report.md", "schemas/report.schema.json");
}

TEST_CASE("docs/formats/diff.md and its schema name every member of a comparison")
{
    std::set<std::string> members;
    collect(Json::parse(diff_to_json(test::three_runs_a_side())), members);
    CHECK(members.size() > 40);
    check_documented(members, "formats/diff.md", "schemas/diff.schema.json");
}

TEST_CASE("docs/formats/case.md and its schema name every member of run.json")
{
    Run run = *test::five_endpoints().run;
    run.gaps = {{GapKind::attempts_only, 1, {}}};
    run.counters = {{"cgroup", {}, {}, {}, {}, {}}};
    run.proxies.variables.emplace_back();
    run.timeout.emplace();
    run.recipe = full_recipe_run();
    std::set<std::string> members;
    collect(Json::parse(run_to_json(run)), members);
    check_documented(members, "formats/case.md", "schemas/run.schema.json");
}
