#include "rules/policy/learn.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/rules/judged_policy.h"

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

PolicyDifference difference_of(const Policy& policy, const std::vector<Report>& runs)
{
    const RuleBook book = test::book();
    const PublicSuffixList suffixes = test::small_suffix_list();
    return compare(policy, learn(runs, book, title), runs, {book, suffixes, last_day(runs.front())});
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
    CHECK(difference_of(before, {runs[2]}).added.empty());
    const PolicyDifference difference = difference_of(before, runs);
    REQUIRE(difference.added.size() == 1);
    CHECK(difference.added.front().id == "192.0.2.7-443");
    CHECK(difference.unseen.empty());
    CHECK(difference.changed.empty());  // still in every run
    const Policy all = learn(runs, test::book(), title).policy;
    const PolicyDifference without = difference_of(all, {runs[0]});
    CHECK(without.unseen == std::vector<std::string>{"192.0.2.7-443"});
    const Policy both = merged(before, difference, title.version);
    CHECK(both.entries.size() == 3);
    CHECK(difference_of(both, runs).added.empty());
}

TEST_CASE("a second look holds what was contacted against what the policy says of it")
{
    const std::vector<Report> runs = {
        test::capture_report({test::contact("api.acme.example", 1'000, api()), test::contact("bad.example", 1),
                              test::contact("new.example", 1)})};
    const Policy spoken = test::policy(R"({"id":"all-of-acme","effect":"allow","vendors":["Acme"]},
                        {"id":"no","effect":"deny","hosts":["bad.example"]},
                        {"id":"past","effect":"allow","hosts":["gone.example"],"expires":"2020-01-01"})",
                                       R"("default":"deny",)");
    const PolicyDifference difference = difference_of(spoken, runs);
    REQUIRE(difference.added.size() == 1);  // neither what the vendor's entry allows nor what an entry denies
    CHECK(difference.added.front().id == "new.example-443");
    CHECK(difference.objected == std::vector<std::string>{"bad.example:443 is contacted, and no denies it"});
    CHECK(difference.unseen.empty());  // one that expired cannot match
    CHECK(difference_of(test::policy(""), runs).added.empty());
}

TEST_CASE("the ids of entries that are added are the policy's own")
{
    const std::vector<Report> runs = {test::capture_report({test::contact("new.example", 1)})};
    const Policy spoken =
        test::policy(R"({"id":"new.example-443","effect":"allow","hosts":["other.example"]})",
                     R"("default":"deny","limits":[{"id":"new.example-443-2","measure":"flows","most":9}],)");
    const PolicyDifference difference = difference_of(spoken, runs);
    REQUIRE(difference.added.size() == 1);
    CHECK(difference.added.front().id == "new.example-443-3");
    CHECK(parse_policy(policy_to_json(merged(spoken, difference, title.version), {}), "merged.json").has_value());
}

TEST_CASE("names whose ids would be alike keep entries of their own")
{
    const std::vector<Report> runs = {
        test::capture_report({test::contact("a_b.example", 1), test::contact("a-b.example", 1)})};
    const LearnedPolicy learned = learn(runs, test::book(), title);
    REQUIRE(learned.policy.entries.size() == 2);
    CHECK(learned.policy.entries[0].id != learned.policy.entries[1].id);
    CHECK(parse_policy(policy_to_json(learned.policy, learned.suggestions), "learned.json").has_value());
}

TEST_CASE("a name that no pattern can have is left out and told")
{
    const std::vector<Report> runs = {test::capture_report({test::contact("1.2.3", 1)})};
    const LearnedPolicy learned = learn(runs, test::book(), title);
    CHECK(learned.policy.entries.empty());
    CHECK(std::ranges::count(learned.warnings, "1 endpoint with a name that no pattern can have is left out") == 1);
}

TEST_CASE("hosts of one domain are suggested as that domain, each counted once whatever its ports")
{
    RatedContact other_port = test::contact("a.acme.example", 1, api());
    other_port.contact.endpoint.port = Port{8443};
    const auto suggestions = [&](const char* third) {
        return learn(std::vector{test::capture_report({test::contact("a.acme.example", 1, api()), other_port,
                                                       test::contact("b.acme.example", 1, api()),
                                                       test::contact(third, 1, api())})},
                     test::book(), title)
            .suggestions;
    };
    CHECK(suggestions("b.acme.example").empty());
    REQUIRE(suggestions("c.acme.example").size() == 1);
    CHECK(suggestions("c.acme.example").front().domains == std::vector<std::string>{"acme.example"});
    CHECK(suggestions("c.acme.example").front().hosts.empty());
}

TEST_CASE("a transport that no list can name is not in one, so that the entry has the contact")
{
    RatedContact other = test::address_contact("192.0.2.7", 1);
    other.contact.endpoint.transport = Transport::other;
    other.contact.endpoint.port = Port{0};
    const std::vector<Report> runs = {test::capture_report({other})};
    const LearnedPolicy learned = learn(runs, test::book(), title);
    REQUIRE(learned.policy.entries.size() == 1);
    CHECK(learned.policy.entries.front().selector.transports.empty());
    CHECK(difference_of(learned.policy, runs).added.empty());
}
