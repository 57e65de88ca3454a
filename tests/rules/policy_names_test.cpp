#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/rules/judged_policy.h"

using namespace waybill;
using namespace waybill::rules;
using test::decision;
using test::judged;
using test::policy;
using test::telemetry;

namespace {

constexpr const char* allow = R"("default":"allow",)";
constexpr const char* deny = R"("default":"deny",)";

/// One flow that was also named by what the table says.
RatedContact also_named(std::vector<std::string> names)
{
    RatedContact contact = test::contact("api.acme.example", 1'000, telemetry());
    contact.contact.other_names = std::move(names);
    return contact;
}

RatedContact one_of(std::vector<std::string> names)
{
    RatedContact contact = test::address_contact("198.18.0.1", 1'000);
    contact.contact.candidates = std::move(names);
    return contact;
}

std::vector<std::string> numbered(std::size_t count)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back(fmt::format("n{}.acme.example", i));
    return names;
}

}  // namespace

TEST_CASE("a further name of the same flows is judged too, and the strictest effect counts")
{
    const char* const denied = R"({"id":"d","effect":"deny","hosts":["front.example"]})";
    const JudgedContact judged = decision(also_named({"ok.example", "front.example"}), denied);
    CHECK(judged.effect == Effect::deny);
    CHECK(judged.name == "front.example");
    CHECK(judged.by.entry == "d");
    CHECK(decision(also_named({"ok.example"}), denied).effect == Effect::allow);
    CHECK(decision(also_named({"ok.example"}), denied).name.empty());
}

TEST_CASE("what is allowed by one name is not allowed by a further one that the policy does not know")
{
    const char* const allowed = R"({"id":"a","effect":"allow","hosts":["api.acme.example"]})";
    CHECK(decision(also_named({}), allowed, deny).effect == Effect::allow);
    CHECK(decision(also_named({"front.example"}), allowed, deny).effect == Effect::deny);
}

TEST_CASE("purposes of a further name are those that rules cite for it")
{
    const RuleBook book =
        test::book(test::pack_text(test::rule_text("p/r", R"("hosts":["t.example.com"])", "t.example.com")));
    RatedContact contact = test::contact("api.acme.example", 1);
    contact.contact.other_names = {"t.example.com"};
    const Policy denied = policy(R"({"id":"d","effect":"deny","purposes":["telemetry"]})");
    CHECK(judged(test::capture_report({contact}), denied, book).count(Effect::deny) == 1);
    CHECK(judged(test::capture_report({contact}), denied).count(Effect::deny) == 0);
}

TEST_CASE("where more names than are kept may be on a flow, or one that is no host name, an allow is undecided")
{
    const char* const denied = R"({"id":"d","effect":"deny","hosts":["front.example"]})";
    CHECK(decision(also_named(numbered(Contact::kept_names - 1)), denied).undecided.empty());
    CHECK(decision(also_named(numbered(Contact::kept_names)), denied).undecided ==
          "its flows have more names than are kept");
    CHECK_FALSE(decision(also_named({"not a host"}), denied).undecided.empty());
    CHECK(decision(also_named({"not a host", "front.example"}), denied).undecided.empty());  // denied whatever else
}

TEST_CASE("an address of more names than are kept is undecided, also where the policy says the same of those it has")
{
    const char* const denied = R"({"id":"d","effect":"deny","hosts":["*.acme.example"]})";
    CHECK(decision(one_of(numbered(Contact::kept_names - 1)), denied).undecided.empty());
    CHECK(decision(one_of(numbered(Contact::kept_names)), denied).undecided ==
          "its address is shared by more names than are kept");
}

TEST_CASE("where it is undecided whether a contact is denied there is no verdict")
{
    const Report report = test::capture_report({one_of({"a.acme.example", "b.acme.example"})});
    using Outcome = Verdict::Outcome;
    const Policy denied = policy(R"({"id":"d","effect":"deny","hosts":["a.acme.example"]})");
    CHECK(judged(report, denied).outcome() == Outcome::incomplete);
    const Policy reviewed = policy(R"({"id":"d","effect":"review","hosts":["a.acme.example"]})");
    CHECK(judged(report, reviewed).outcome() == Outcome::no_finding);
}

TEST_CASE("a name that can be an outer one is undecided under a default of allow where an entry objects by name")
{
    RatedContact contact = test::contact("api.acme.example", 1, telemetry());
    contact.contact.outer_name_only = 1;
    CHECK(decision(contact, R"({"id":"d","effect":"deny","hosts":["bad.example"]})").undecided.contains("ECH"));
    CHECK(decision(contact, R"({"id":"d","effect":"review","vendors":["Bad"]})").undecided.contains("ECH"));
    CHECK(decision(contact, R"({"id":"d","effect":"deny","ports":[25]})").undecided.empty());
}

TEST_CASE("products and source grades are said by a name, so that they hold for none of an address that names share")
{
    for (const char* const selector : {R"("products":["Tool"])", R"("grades":["vendor-documentation"])"}) {
        CAPTURE(std::string{selector});
        const Policy limited = policy(
            "", fmt::format(R"("default":"allow","limits":[{{"id":"l","measure":"flows","most":5,{}}}],)", selector));
        const Verdict verdict = judged(test::capture_report({one_of({"a.acme.example", "b.acme.example"})}), limited);
        REQUIRE(verdict.open.size() == 1);
        CHECK(verdict.open.front().sentence == "the limit l was kept");
        CHECK(verdict.open.front().reasons ==
              std::vector<std::string>{"1 contact has an address that several names share"});
    }
}

TEST_CASE("a limit by name is open where a name could not be read, and one of octets counts further names")
{
    const Policy limited = policy(
        "", R"("default":"allow","limits":[{"id":"l","measure":"payload-out","most":899,"hosts":["front.example"]}],)");
    Report report = test::capture_report({test::contact("api.acme.example", 1'000)});
    CHECK(judged(report, limited).outcome() == Verdict::Outcome::no_finding);
    report.gaps = {{GapKind::hello_malformed, 1, {}}};
    CHECK(judged(report, limited).outcome() == Verdict::Outcome::incomplete);
    const Verdict verdict = judged(test::capture_report({also_named({"front.example"})}), limited);
    CHECK(verdict.limits.front().measured == 900);
    CHECK(verdict.outcome() == Verdict::Outcome::violation);
}

TEST_CASE("a flow without its name can be what is denied by name where an entry allows by what is no name")
{
    Report report = test::capture_report({test::contact("api.acme.example", 1)});
    report.gaps = {{GapKind::hello_malformed, 1, {}}};
    const std::string by_port = R"({"id":"a","effect":"allow","ports":[443]})";
    const std::string by_name = R"({"id":"d","effect":"deny","hosts":["bad.example"]})";
    using Outcome = Verdict::Outcome;
    CHECK(judged(report, policy(by_port + "," + by_name, deny)).outcome() == Outcome::incomplete);
    CHECK(judged(report, policy(by_port, deny)).outcome() == Outcome::no_finding);
    CHECK(judged(report, policy(by_name, allow)).outcome() == Outcome::incomplete);
}
