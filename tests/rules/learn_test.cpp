#include "rules/policy/learn.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rules/policy/judge.h"
#include "tests/report/sample_report.h"
#include "tests/rules/rule_pack_text.h"
#include "tests/rules/suffix_list.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

const PolicyTitle title{"learned", "Learned", parse_date("2026-11-22").value()};

Rating api()
{
    return test::cited("acme/api", {Purpose::model_inference}, "Answers prompts.");
}

std::vector<Report> three_runs()
{
    std::vector<Report> runs;
    for (int run = 0; run < 3; ++run) {
        std::vector<RatedContact> contacts{test::contact("api.acme.example", 1'000, api()),
                                           test::contact("o1.in.example.com", 100)};
        if (run == 1)
            contacts.push_back(test::address_contact("192.0.2.7", 50));
        runs.push_back(test::capture_report(std::move(contacts)));
    }
    return runs;
}

RuleBook shard_book()
{
    return test::book(test::pack_text(test::rule_text("p/r", R"("hosts":["o*.in.example.com"])", "o7.in.example.com")));
}

const PolicyEntry& entry(const Policy& policy, std::string_view id)
{
    for (const PolicyEntry& each : policy.entries)
        if (each.id == id)
            return each;
    FAIL("no entry " << std::string{id});
    return policy.entries.front();
}

}  // namespace

TEST_CASE("a learned policy allows exact hosts and addresses, with the runs in which each was seen")
{
    const LearnedPolicy learned = learn(three_runs(), test::book(), title);
    CHECK(learned.policy.otherwise == Effect::deny);
    CHECK(learned.policy.entries.size() == 3);
    const PolicyEntry& host = entry(learned.policy, "api.acme.example-443");
    CHECK(host.selector.hosts.front().text() == "api.acme.example");
    CHECK(host.selector.ports.front().text() == "443");
    CHECK(host.effect == Effect::allow);
    CHECK(host.seen == Sightings{3, 3, 3});
    CHECK(entry(learned.policy, "192.0.2.7-443").seen == Sightings{1, 3, 1});
    CHECK(text(entry(learned.policy, "192.0.2.7-443").selector.addresses.front()) == "192.0.2.7");
    CHECK(entry(learned.policy, "192.0.2.7-443").effect == Effect::review);  // no cited purpose
    CHECK(learned.warnings.front().contains("3 runs cannot show"));
}

TEST_CASE("no entry is a wildcard or a range: what a person may widen is a suggestion")
{
    const LearnedPolicy learned = learn(three_runs(), shard_book(), title);
    for (const PolicyEntry& each : learned.policy.entries) {
        for (const HostPattern& host : each.selector.hosts)
            CHECK(host.level() == Specificity::Level::exact_host);
        for (const AddressRange& range : each.selector.addresses)
            CHECK(range.prefix_length == range.base.octets().size() * 8);
    }
    REQUIRE(learned.suggestions.size() == 1);
    CHECK(learned.suggestions.front().hosts == std::vector<std::string>{"o*.in.example.com"});
    CHECK(learned.suggestions.front().instead_of == std::vector<std::string>{"o1.in.example.com-443"});
}

TEST_CASE("a learned policy finds nothing in the runs that it was learned from")
{
    const std::vector<Report> runs = three_runs();
    const Policy policy = learn(runs, test::book(), title).policy;
    const RuleBook book = test::book();
    const PublicSuffixList suffixes = test::small_suffix_list();
    for (const Report& run : runs)
        CHECK(judge(run, policy, {book, suffixes, last_day(run)}).outcome() == Verdict::Outcome::no_finding);
}

TEST_CASE("a policy that is written reads back as it was, with its suggestions beside it")
{
    const LearnedPolicy learned = learn(three_runs(), shard_book(), title);
    const std::string written = policy_to_json(learned.policy, learned.suggestions);
    const auto read = parse_policy(written, "learned.json");
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().text()));
    CHECK(policy_to_json(*read, learned.suggestions) == written);
}

TEST_CASE("a second look tells what is new, what was not seen, and what is less stable")
{
    const std::vector<Report> runs = three_runs();
    const Policy before = learn(std::vector{runs[0]}, test::book(), title).policy;
    CHECK(compare(before, learn(std::vector{runs[2]}, test::book(), title)).added.empty());
    const PolicyDifference difference = compare(before, learn(runs, test::book(), title));
    REQUIRE(difference.added.size() == 1);
    CHECK(difference.added.front().id == "192.0.2.7-443");
    CHECK(difference.unseen.empty());
    CHECK(difference.changed.empty());  // still in every run
    const Policy all = learn(runs, test::book(), title).policy;
    const PolicyDifference without = compare(all, learn(std::vector{runs[0]}, test::book(), title));
    CHECK(without.unseen == std::vector<std::string>{"192.0.2.7-443"});
    const Policy both = merged(before, difference, title.version);
    CHECK(both.entries.size() == 3);
    CHECK(compare(both, learn(runs, test::book(), title)).added.empty());
}
