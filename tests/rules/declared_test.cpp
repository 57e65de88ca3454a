#include "rules/declared.h"

#include <doctest/doctest.h>

#include <string>

#include "rules/coverage.h"
#include "rules/draft.h"
#include "tests/report/sample_report.h"
#include "tests/rules/rule_pack_text.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

/// Two rules of vendor V for Tool, and one of another pack for nobody's product.
RuleBook two_packs()
{
    std::string others = test::rule_text("q/r", R"("hosts":["z.example.com"])", "z.example.com");
    others.replace(others.find(R"("vendor":"V")"), 12, R"("vendor":"W")");
    others.replace(others.find(R"(["Tool"])"), 8, "[]");
    return test::book(test::pack_text(test::rule_text("p/a", R"("hosts":["a.example.com"])", "a.example.com") + "," +
                                      test::rule_text("p/b", R"("hosts":["b.example.com"])", "b.example.com")),
                      test::pack_text(others, "q"));
}

RatedContact contact_of(std::string host, std::string rule)
{
    Rating rating;
    if (!rule.empty())
        rating = test::cited(std::move(rule), {Purpose::telemetry}, "Takes events.");
    return test::contact(std::move(host), 100, rating);
}

Report seen()
{
    return test::sinkhole_report(
        {contact_of("a.example.com", "p/a"), contact_of("z.example.com", "q/r"), contact_of("new.example", "")});
}

}  // namespace

TEST_CASE("what is documented of a product is held against what was seen, both ways")
{
    const Report report = seen();
    const RuleBook book = two_packs();
    for (const char* name : {"Tool", "tool", "V"}) {
        CAPTURE(std::string{name});
        const auto found = declared(report, book, name);
        REQUIRE(found.has_value());
        REQUIRE(found->seen.size() == 1);
        CHECK(found->seen.front().rule->id == "p/a");
        REQUIRE(found->not_seen.size() == 1);
        CHECK(found->not_seen.front().rule->id == "p/b");
        CHECK(found->of_others.size() == 1);
        CHECK(found->not_documented.size() == 1);
        CHECK(found->packs == "pack p, whose sources were read between 2026-01-01 and 2026-01-01");
    }
    CHECK_FALSE(declared(report, book, "Toolbox").has_value());
    CHECK(similar_names(book, "Toolbox") == std::vector<std::string>{"Tool"});
}

TEST_CASE("the sheet asks the vendor about what was not found in the sources, in neutral words")
{
    const Report report = seen();
    const RuleBook book = two_packs();
    const std::string sheet = declared_markdown(declared(report, book, "Tool").value(), report);
    for (const char* part :
         {"## Documented and seen (1)", R"(- a.example.com:443/tcp: telemetry \[p/a; vendor-documentation)",
          "## Documented, and not seen in this recording (1)", "- b.example.com: telemetry", "attempts-only",
          "## Seen, and documented of others (1)", "## Seen, and not found in the sources cited (1)",
          "The tool attempted to contact", "- `new.example:443/tcp`: What is it for"})
        CHECK_MESSAGE(sheet.contains(part), std::string{part});
    CHECK_FALSE(sheet.contains("undocumented"));
    CHECK(declared_text(declared(report, book, "Tool").value(), report).contains("attempted to be contacted"));
}

TEST_CASE("coverage counts rules, patterns and sources, each pattern once")
{
    const Coverage found = coverage(two_packs(), parse_date("2026-04-11").value());
    CHECK(found.packs == 2);
    CHECK(found.rules == 3);
    CHECK(found.patterns == 3);
    CHECK(found.vendors.size() == 2);
    CHECK(found.products == 1);
    CHECK(found.sources == 3);
    CHECK(found.sources_by_grade.at(SourceGrade::vendor_documentation) == 3);
    CHECK(found.sources_by_age == std::array<std::uint64_t, 5>{0, 0, 3, 0, 0});
    CHECK(found.third_party_alone == 0);
    CHECK(coverage_text(found).contains("2 packs: 3 rules with 3 patterns, for 2 vendors and 1 products"));
}

TEST_CASE("a draft loads as it is, says what was observed, and asks the vendor")
{
    const Report report = seen();
    const auto today = parse_date("2026-11-27").value();
    const DraftSubject subject{parse_endpoint("new.example").value(), "new.example",
                               std::span{report.contacts}.subspan(0, 1), &report, today};
    REQUIRE(report.contacts.front().contact.endpoint.host == "new.example");  // without a purpose: first
    const auto pack = parse_pack(draft_pack(subject), "draft.json");
    REQUIRE_MESSAGE(pack.has_value(), (pack ? "" : pack.error().text()));
    CHECK(pack->rules.front().purposes == std::vector{Purpose::unknown});
    CHECK(pack->rules.front().sources.front().grade == SourceGrade::observed);
    CHECK(pack->rules.front().sources.front().paraphrase ==
          "It was attempted to be contacted by a process that is not known on 443/tcp in 1 flow.");
    const std::string question = draft_question(subject);
    CHECK(question.contains("# What is new.example for?"));
    CHECK(question.contains("who runs it"));
    const DraftSubject address{parse_endpoint("192.0.2.1:53/udp").value(), {}, {}, nullptr, today};
    CHECK(parse_pack(draft_pack(address), "draft.json").has_value());
}
