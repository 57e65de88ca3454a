#include "rules/policy/policy.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/report/sample_report.h"
#include "tests/rules/judged_policy.h"

using namespace waybill;
using namespace waybill::rules;
using test::decision;
using test::judged;
using test::mixed;
using test::policy;
using test::telemetry;

namespace {

std::string error_of(std::string_view entries, std::string_view fields = R"("default":"allow",)")
{
    const auto read = parse_policy(test::policy_text(entries, fields), "p.json");
    return read ? "it loads" : read.error().text();
}

}  // namespace

TEST_CASE("a policy that does not load says what is wrong, where, and what to do")
{
    struct Row {
        const char* entries;
        const char* fields;
        const char* error;
    };
    const char* const allow = R"("default":"allow",)";
    const Row rows[] = {
        {"", "", "p.json: default: it is missing; add it"},
        {"", R"("default":"maybe",)", "p.json: default: it must be one of allow, review or deny"},
        {R"({"id":"a","effect":"block","hosts":["a.example"]})", allow,
         "p.json: entries[0].effect: it must be one of allow, review or deny"},
        {R"({"id":"a","effect":"deny"})", allow,
         "p.json: entries[0].hosts: it speaks of everything, which \"default\" is for; say which contacts it is about"},
        {R"({"id":"a","effect":"deny","hosts":["*.exa mple"]})", allow,
         "p.json: entries[0].hosts: \"*.exa mple\" is not a host pattern: it has a character that no host name has; "
         "write letters, digits, '-', '_' and wildcards, without scheme, port or path"},
        {R"({"id":"a","effect":"deny","hosts":["a.example"]},{"id":"a","effect":"deny","ports":[1]})", allow,
         "p.json: entries[1].id: \"a\" stands twice; rename one"},
        {R"({"id":"a","effect":"deny","protocols":["gopher"]})", allow,
         "p.json: entries[0].protocols: \"gopher\" is not a protocol; docs/formats/events.md lists them"},
        {R"({"id":"a","effect":"deny","grades":["hearsay"]})", allow,
         "p.json: entries[0].grades: each must be one of vendor-documentation, standard, vendor-source-code, "
         "vendor-issue, third-party or observed"},
        {R"({"id":"a","effect":"deny","ports":[1],"expires":"soon"})", allow,
         "p.json: entries[0].expires: it must be a date such as 2026-08-22"},
        {R"({"id":"a","effect":"deny","ports":[1],"seen":{"runs":3,"of":2}})", allow,
         "p.json: entries[0].seen.runs: it is more than \"of\""},
        {"", R"("default":"allow","limits":[{"id":"l","measure":"joy","most":1}],)",
         "p.json: limits[0].measure: it must be one of payload-out, ip-bytes-out, endpoints, uncited-endpoints, flows, "
         "unattributed-share or lost-input"},
        {"", R"("default":"allow","limits":[{"id":"l","measure":"flows"}],)",
         "p.json: limits[0].most: it is missing; add it"},
        {"", R"("default":"allow","limits":[{"id":"l","measure":"unattributed-share","most":5}],)",
         "p.json: limits[0].most: it must be a number from 0 to 1"},
        {"", R"("default":"allow","limits":[{"id":"l","measure":"lost-input","most":0,"ports":[1]}],)",
         "p.json: limits[0].measure: lost input belongs to no contact; leave out hosts, purposes and the like"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.entries});
        CHECK(error_of(row.entries, row.fields) == row.error);
    }
}

TEST_CASE("the most specific entry decides, wherever it stands")
{
    struct Row {
        const char* wins;
        const char* loses;
    };
    const Row rows[] = {
        {R"("hosts":["api.acme.example"])", R"("hosts":["a*.acme.example"])"},
        {R"("hosts":["a*.acme.example"])", R"("hosts":["*.acme.example"])"},
        {R"("hosts":["*.acme.example"])", R"("hosts":["*.example"])"},
        {R"("hosts":["*.example"])", R"("domains":["acme.example"])"},
        {R"("hosts":["*.acme.example"])", R"("addresses":["198.18.0.0/15"])"},
        {R"("addresses":["198.18.0.1"])", R"("hosts":["a*.acme.example"])"},
        {R"("addresses":["198.18.0.0/15"])", R"("domains":["acme.example"])"},
        {R"("domains":["acme.example"])", R"("vendors":["Acme"])"},
        {R"("vendors":["Acme"])", R"("purposes":["telemetry"])"},
        {R"("vendors":["Acme"],"purposes":["telemetry"])", R"("vendors":["Acme"])"},
        {R"("purposes":["telemetry"])", R"("ports":[443])"},
        {R"("purposes":["telemetry"],"ports":[443])", R"("purposes":["telemetry"])"},
        {R"("ports":[443],"transports":["tcp"])", R"("protocols":["tls"])"},
        {R"("grades":["vendor-documentation"],"ports":[443])", R"("transports":["tcp"])"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.wins});
        CAPTURE(std::string{row.loses});
        for (const bool winner_first : {true, false}) {
            const std::string winner = fmt::format(R"({{"id":"w","effect":"allow",{}}})", row.wins);
            const std::string loser = fmt::format(R"({{"id":"l","effect":"deny",{}}})", row.loses);
            const std::string both = winner_first ? winner + "," + loser : loser + "," + winner;
            const JudgedContact judged = decision(test::contact("api.acme.example", 1'000, telemetry()), both);
            CHECK(judged.by.entry == "w");
            REQUIRE(judged.others.size() == 1);
            CHECK(judged.others.front().entry == "l");
        }
    }
}

TEST_CASE("of entries that are as specific the strictest decides")
{
    const std::string entries = R"({"id":"a","effect":"allow","hosts":["api.acme.example"]},
        {"id":"b","effect":"review","hosts":["api.acme.example"]})";
    CHECK(decision(test::contact("api.acme.example", 1, telemetry()), entries).by.entry == "b");
    CHECK(decision(test::contact("api.acme.example", 1, telemetry()),
                   entries + R"(,{"id":"c","effect":"deny","hosts":["api.acme.example"]})")
              .by.entry == "c");
}

TEST_CASE("what no entry speaks of has the policy's default, and an entry with another port does not speak of it")
{
    const JudgedContact judged =
        decision(test::contact("api.acme.example", 1, telemetry()),
                 R"({"id":"a","effect":"allow","hosts":["api.acme.example"],"ports":[80]})", R"("default":"deny",)");
    CHECK(judged.effect == Effect::deny);
    CHECK(judged.by.entry.empty());
    CHECK(judged.others.empty());
}

TEST_CASE("purposes that metadata cannot tell apart: a deny becomes a review, an allow of some of them is none")
{
    const RatedContact contact = test::contact("api.acme.example", 1, mixed());
    const char* const deny = R"({"id":"d","effect":"deny","purposes":["telemetry"]})";
    CHECK(decision(contact, deny).effect == Effect::review);
    CHECK(decision(contact, deny, R"("default":"allow","mixed_purposes":"deny",)").effect == Effect::deny);
    CHECK(decision(contact, R"({"id":"d","effect":"deny","purposes":["telemetry","model-inference"]})").effect ==
          Effect::deny);
    const JudgedContact in_part =
        decision(contact, R"({"id":"a","effect":"allow","purposes":["model-inference"]})", R"("default":"deny",)");
    CHECK(in_part.effect == Effect::deny);
    REQUIRE(in_part.others.size() == 1);
    CHECK(in_part.others.front().remark.contains("does not allow all of the endpoint's purposes"));
}

TEST_CASE("an exception that expired before the recording's end decides nothing, and is told")
{
    const RatedContact contact = test::contact("api.acme.example", 1, telemetry());
    const auto entry = [](std::string_view day) {
        return fmt::format(R"({{"id":"e","effect":"allow","hosts":["api.acme.example"],"expires":"{}"}})", day);
    };
    CHECK(decision(contact, entry("2026-11-22"), R"("default":"deny",)").effect == Effect::allow);
    const Verdict verdict =
        judged(test::capture_report({contact}), policy(entry("2026-11-21"), R"("default":"deny",)"));
    CHECK(verdict.count(Effect::deny) == 1);
    CHECK(verdict.expired == std::vector<std::string>{"e"});
    CHECK(verdict.contacts.front().others.front().remark == "expired on 2026-11-21");
}

TEST_CASE("a name that can be an outer one is no ground to allow, but one to deny")
{
    RatedContact contact = test::contact("api.acme.example", 1, telemetry());
    contact.contact.outer_name_only = 1;
    const char* const allow = R"({"id":"a","effect":"allow","hosts":["api.acme.example"]})";
    CHECK(decision(contact, allow, R"("default":"deny",)").undecided.contains("outer one"));
    CHECK(decision(contact, "").undecided.empty());
    CHECK(decision(contact, R"({"id":"a","effect":"deny","hosts":["api.acme.example"]})").effect == Effect::deny);
}

TEST_CASE("an address that several names share is judged where the policy says the same of all of them")
{
    RatedContact contact = test::address_contact("198.18.0.1", 1);
    contact.contact.candidates = {"a.acme.example", "b.acme.example"};
    const JudgedContact split = decision(contact, R"({"id":"d","effect":"deny","hosts":["a.acme.example"]})");
    CHECK(split.undecided == "it is one of 2 names, of which the policy says different things");
    const JudgedContact same = decision(contact, R"({"id":"d","effect":"deny","hosts":["*.acme.example"]})");
    CHECK(same.undecided.empty());
    CHECK(same.effect == Effect::deny);
}

TEST_CASE("entries can speak of processes, scripts and packages, and do not hold where the owner is not known")
{
    Report report = test::capture_report({test::contact("api.acme.example", 1, telemetry())});
    Process process;
    process.id = 1;
    process.executable.path = "/usr/bin/node";
    process.script = ProgramFile{"/opt/acme/cli.js", {}};
    process.package = Package{"@acme/coder", "1.52.0"};
    report.processes = {process};
    for (const char* selector :
         {R"("processes":["node"])", R"("processes":["/usr/bin/node"])", R"("processes":["cli.js"])",
          R"("packages":["@acme/coder"])", R"("packages":["@acme/coder@1.52.0"])"}) {
        CAPTURE(std::string{selector});
        const Policy spoken = policy(fmt::format(R"({{"id":"d","effect":"deny",{}}})", selector));
        report.contacts.front().contact.owner.process = 1;
        CHECK(judged(report, spoken).count(Effect::deny) == 1);
        report.contacts.front().contact.owner.process = 0;
        const Verdict unowned = judged(report, spoken);
        CHECK(unowned.count(Effect::deny) == 0);
        CHECK(unowned.outcome() == Verdict::Outcome::incomplete);
    }
    report.contacts.front().contact.owner.process = 1;
    CHECK(judged(report, policy(R"({"id":"d","effect":"deny","processes":["nod"]})")).count(Effect::deny) == 0);
}

TEST_CASE("a contact is judged for each phase that it had packets in")
{
    RatedContact contact = test::contact("api.acme.example", 1'000, telemetry());
    PhaseVolume first;
    first.phase = 0;
    PhaseVolume second;
    second.phase = 1;
    second.out.payload_bytes = 300;
    contact.contact.phases = {first, second};
    Report report = test::capture_report({contact});
    report.phases.resize(2);
    report.phases[1].phase.opening = Phase::Opening::mark;
    report.phases[1].phase.label = "idle";
    const Verdict verdict = judged(report, policy(R"({"id":"quiet","effect":"deny","phases":["idle"]})",
                                                  R"("default":"allow","limits":[{"id":"l","measure":"payload-out",
                                                  "phases":["idle"],"most":299}],)"));
    REQUIRE(verdict.contacts.size() == 2);
    CHECK(verdict.contacts[0].effect == Effect::deny);
    CHECK(verdict.contacts[0].phases == std::vector<std::uint32_t>{1});
    CHECK(verdict.contacts[1].effect == Effect::allow);
    CHECK(verdict.contacts[1].phases == std::vector<std::uint32_t>{0});
    REQUIRE(verdict.limits.size() == 1);
    CHECK(verdict.limits[0].measured == 300);
    CHECK(verdict.limits[0].is_broken());
}

TEST_CASE("limits measure what is selected, and more than they permit is a violation")
{
    struct Row {
        const char* limit;
        double measured;
    };
    const Row rows[] = {
        {R"("measure":"payload-out","purposes":["telemetry"],"most":899)", 900},
        {R"("measure":"payload-out","most":2699)", 2700},
        {R"("measure":"ip-bytes-out","hosts":["b.example"],"most":1999)", 2000},
        {R"("measure":"endpoints","most":1)", 2},
        {R"("measure":"uncited-endpoints","most":0)", 1},
        {R"("measure":"flows","most":1)", 2},
        {R"("measure":"unattributed-share","most":0.5)", 1},
    };
    const Report report =
        test::capture_report({test::contact("a.acme.example", 1'000, telemetry()), test::contact("b.example", 2'000)});
    for (const Row& row : rows) {
        CAPTURE(std::string{row.limit});
        const Verdict verdict =
            judged(report, policy("", fmt::format(R"("default":"allow","limits":[{{"id":"l",{}}}],)", row.limit)));
        REQUIRE(verdict.limits.size() == 1);
        CHECK(verdict.limits.front().measured == row.measured);
        CHECK(verdict.outcome() == Verdict::Outcome::violation);
    }
}

TEST_CASE("a gap forbids the verdict only where the policy claims what it affects")
{
    using Outcome = Verdict::Outcome;
    struct Row {
        const char* what;
        GapKind gap;
        const char* entries;
        const char* fields;
        Outcome outcome;
    };
    const char* const allow = R"("default":"allow",)";
    const char* const deny = R"("default":"deny",)";
    const char* const denied = R"({"id":"d","effect":"deny","hosts":["bad.example"]})";
    const char* const allowed = R"({"id":"a","effect":"allow","hosts":["api.acme.example"]})";
    const char* const volume = R"("default":"allow","limits":[{"id":"l","measure":"payload-out","most":9999999}],)";
    const Row rows[] = {
        {"packets were lost, and something is denied", GapKind::kernel_dropped, denied, allow, Outcome::incomplete},
        {"packets were lost, and all is allowed", GapKind::kernel_dropped, "", allow, Outcome::no_finding},
        {"a hello could not be read, and a name is denied", GapKind::hello_malformed, denied, allow,
         Outcome::incomplete},
        {"the same where all else is denied: its address is", GapKind::hello_malformed, allowed, deny,
         Outcome::no_finding},
        {"one encrypted hello", GapKind::ech_outer_name_only, denied, allow, Outcome::no_finding},
        {"first contacts only", GapKind::attempts_only, allowed, deny, Outcome::no_finding},
        {"no owner, and no entry asks for one", GapKind::owner_unknown, denied, allow, Outcome::no_finding},
        {"octets are missing, and a limit counts them", GapKind::counters_differ, "", volume, Outcome::incomplete},
        {"octets are missing, and no limit counts them", GapKind::counters_differ, denied, allow, Outcome::no_finding},
        {"owners of proxied legs are missing, and a process is denied", GapKind::legs_bound,
         R"({"id":"d","effect":"deny","processes":["x"]})", allow, Outcome::incomplete},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.what});
        Report report = test::capture_report({test::contact("api.acme.example", 1, telemetry())});
        Process process;
        process.id = 1;
        report.processes = {process};
        report.contacts.front().contact.owner.process = 1;
        report.gaps = {{row.gap, 1, {}}};
        CHECK(judged(report, policy(row.entries, row.fields)).outcome() == row.outcome);
    }
}

TEST_CASE("entries that matched nothing are told")
{
    const Verdict verdict =
        judged(test::capture_report({test::contact("api.acme.example", 1, telemetry())}),
               policy(R"({"id":"u","effect":"deny","hosts":["b.example"]},{"id":"s","effect":"deny","ports":[443]})"));
    CHECK(verdict.unused == std::vector<std::string>{"u"});
}
