#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "rules/diff/circumstances.h"
#include "rules/diff/observation.h"
#include "tests/report/sample_report.h"

using namespace waybill;
using test::address_contact;
using test::contact;

namespace {

using Texts = std::vector<std::string>;

RatedContact matched(std::string host, std::string pattern)
{
    RatedContact rated = contact(std::move(host), 10, test::cited("acme/r", {Purpose::telemetry}, "Takes events."));
    rated.rating.why = std::move(pattern);
    return rated;
}

Process process(std::string executable, Texts arguments = {})
{
    Process made;
    made.id = 1;
    made.executable.path = std::move(executable);
    made.arguments = std::move(arguments);
    return made;
}

Texts names_of(const std::vector<Circumstance>& all)
{
    Texts names;
    for (const Circumstance& each : all)
        names.push_back(each.name);
    return names;
}

}  // namespace

TEST_CASE("what a rule names as one endpoint is one, and a suffix names none")
{
    struct Row {
        const char* host;
        const char* pattern;
        const char* name;
        DiffEndpoint::Kind kind;
    };
    using enum DiffEndpoint::Kind;
    const Row rows[] = {
        {"o42.ingest.example", "o*.ingest.example", "o*.ingest.example", pattern},
        {"eu.log.example", "{region}.log.example", "{region}.log.example", pattern},
        {"a.eu.log.example", "*.{region}.log.example", "*.{region}.log.example", pattern},
        {"a.cdn.example", "*.cdn.example", "a.cdn.example", host},
        {"a.example", "a.example", "a.example", host},
        {"a.example", "", "a.example", host},
    };
    for (const Row& row : rows) {
        CAPTURE(row.pattern);
        const DiffEndpoint endpoint = diff::endpoint_of(matched(row.host, row.pattern));
        CHECK(endpoint.name == row.name);
        CHECK(endpoint.kind == row.kind);
        CHECK(endpoint.port == Port{443});
    }
}

TEST_CASE("without a host the address is the endpoint, and a passing port on loopback is any")
{
    struct Row {
        const char* address;
        std::uint16_t port;
        std::uint16_t told;
    };
    const Row rows[] = {
        {"198.51.100.1", 40'000, 40'000}, {"127.0.0.1", 40'000, 0}, {"127.0.0.1", 32'767, 32'767}, {"::1", 32'768, 0}};
    for (const Row& row : rows) {
        CAPTURE(row.address);
        CAPTURE(row.port);
        RatedContact rated = address_contact(row.address, 10);
        rated.contact.endpoint.port = Port{row.port};
        const DiffEndpoint endpoint = diff::endpoint_of(rated);
        CHECK(endpoint.name == row.address);
        CHECK(endpoint.kind == DiffEndpoint::Kind::address);
        CHECK(number(endpoint.port) == row.told);
    }
}

TEST_CASE("where several hosts are possible and none is sure they are the endpoint")
{
    RatedContact rated = address_contact("198.51.100.1", 10);
    rated.contact.candidates = {"a.example", "b.example"};
    const DiffEndpoint endpoint = diff::endpoint_of(rated);
    CHECK(endpoint.name == "a.example or b.example");
    CHECK(endpoint.kind == DiffEndpoint::Kind::candidates);
    CHECK(text(endpoint.kind) == "candidates");
    RatedContact elsewhere = address_contact("198.51.100.2", 10);
    elsewhere.contact.candidates = rated.contact.candidates;
    CHECK(diff::endpoint_of(elsewhere) == endpoint);
}

TEST_CASE("a program is called the same in all of its versions")
{
    CHECK(diff::program_of(process("/usr/bin/curl")) == "curl");
    CHECK(diff::program_of(process("/opt/share/acme/versions/2.0.76", {"acme", "-p"})) == "acme");
    CHECK(diff::program_of(process("/opt/share/acme/versions/2.0.76", {"/x/2.0.76"})) == "acme");
    CHECK(diff::program_of(process("/opt/acme/v1.2.0-beta.1")) == "acme");
    CHECK(diff::program_of(process("/usr/bin/python3.11")) == "python3.11");
    CHECK(diff::program_of(process("/1.2")) == "1.2");
    Process script = process("/usr/bin/node", {"node", "/x/1.2/cli.js"});
    script.script = ProgramFile{"/x/1.2/cli.js", {}};
    CHECK(diff::program_of(script) == "cli.js");
    script.package = Package{"@acme/coder", "1.2.3"};
    CHECK(diff::program_of(script) == "@acme/coder");
}

TEST_CASE("contacts of several processes to one endpoint are added up, run by run")
{
    Report first =
        test::sinkhole_report({matched("o1.x.example", "o*.x.example"), matched("o2.x.example", "o*.x.example")});
    first.contacts.push_back(matched("o3.x.example", "o*.x.example"));
    first.processes = {process("/usr/bin/curl"), process("")};
    first.contacts[0].contact.owner.process = 1;
    first.contacts[1].contact.owner.process = 9;  // not told
    first.contacts[2].contact.owner.process = 2;  // whose file is not known
    const Report second = test::sinkhole_report({});
    const std::vector before{first, second};
    const std::vector after{second};
    const auto all = diff::observe({before, after});
    REQUIRE(all.size() == 1);
    const diff::Observed& observed = all.begin()->second;
    REQUIRE(observed.runs.before.size() == 2);
    REQUIRE(observed.runs.before[0].has_value());
    CHECK(observed.runs.before[0]->ip_bytes_out == 30);
    CHECK(observed.runs.before[0]->flows == 3);
    CHECK(observed.runs.before[0]->programs == std::set<std::string>{"curl"});
    CHECK_FALSE(observed.runs.before[1].has_value());
    CHECK_FALSE(observed.runs.after.at(0).has_value());
}

TEST_CASE("what else is not alike is told with the values of both sides, and what is alike is not")
{
    Report before = test::sinkhole_report({contact("a.example", 10)});
    before.run->kernel = "6.1";
    before.processes = {process("/usr/bin/curl")};
    before.processes[0].executable.sha256 = std::string(64, 'a');
    before.processes[0].package = Package{"acme", "1.0"};
    before.contacts[0].contact.owner.process = 1;
    Report after = before;
    after.run->kernel = "6.12";
    after.run->command = {"acme-coder", "--new"};
    after.run->set_environment = {"ACME_A", "DO_NOT_TRACK"};
    after.run->recipe.emplace();
    after.run->recipe->name = "ask";
    after.run->recipe->sha256 = std::string(64, 'c');
    after.run->recipe->account = "trial";
    after.run->recipe->environment = {{"DO_NOT_TRACK", "1"}};
    after.processes[0].executable.sha256 = std::string(64, 'b');
    after.processes[0].package->version = "1.1";
    const std::vector<Report> one{before};
    const std::vector<Report> other{after, before};
    CHECK(diff::circumstances({one, one}, {{{{"acme", "", "aa", ""}}}, {{{"acme", "", "aa", ""}}}}).empty());
    const auto told = diff::circumstances({one, other}, {{{{"acme", "", "aa", ""}}}, {{{"acme", "", "bb", ""}}}});
    CHECK(names_of(told) == Texts{"command", "kernel", "variables set", "recipe", "account", "digest of acme",
                                  "package acme", "pack acme"});
    CHECK(told[1].values == BeforeAfter<Texts>{{"6.1"}, {"6.1", "6.12"}});
    CHECK(told[2].values == BeforeAfter<Texts>{{}, {"ACME_A DO_NOT_TRACK=1"}});
    CHECK(told[3].values.after == Texts{"ask cccccccccccc"});
    CHECK(told[4].values.after == Texts{"trial"});
    CHECK(told[5].values.before == Texts{"aaaaaaaaaaaa"});
    CHECK(told[6].values.after == Texts{"1.0", "1.1"});
}

TEST_CASE("the versions told are those of programs that made contacts, and of what the command ran itself")
{
    Report before = test::sinkhole_report({});
    before.processes = {process("/usr/bin/sh"), process("/usr/bin/acme"), process("/usr/bin/sed")};
    before.processes[1].id = 2;
    before.processes[1].previous = 1;
    before.processes[2].id = 3;
    Report after = before;
    for (Process& each : after.processes)
        each.executable.sha256 = std::string(64, 'b');
    const std::vector<Report> one{before};
    const std::vector<Report> other{after};
    CHECK(names_of(diff::circumstances({one, other}, {})) == Texts{"digest of acme", "digest of sh"});
}
