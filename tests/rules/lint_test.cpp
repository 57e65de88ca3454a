#include "rules/lint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/rules/rule_pack_text.h"
#include "tests/rules/scratch_folder.h"
#include "tests/support/source_folder.h"

using namespace waybill;
using namespace waybill::rules;
using waybill::test::book;
using waybill::test::pack_text;
using waybill::test::rule_text;

namespace {

constexpr Date today{std::chrono::year{2026}, std::chrono::month{6}, std::chrono::day{1}};

/// A small list of our own, so that nothing depends on the machine's.
PublicSuffixList suffixes()
{
    const waybill::test::ScratchFolder scratch;
    const auto file = scratch.path() / "suffixes.dat";
    std::ofstream{file} << "// VERSION: 2026-01-01_test\n// ===BEGIN ICANN DOMAINS===\ncom\nexample\nuk\nco.uk\n"
                           "// ===END ICANN DOMAINS===\n// ===BEGIN PRIVATE DOMAINS===\npages.example\n"
                           "// ===END PRIVATE DOMAINS===\n";
    return PublicSuffixList::read(file).value();
}

std::string lint_text(const RuleBook& rules)
{
    std::string all;
    for (const LintFinding& finding : lint(rules, suffixes(), today))
        all += finding.text() + "\n";
    return all;
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

const std::string good = pack_text(rule_text("p/r", R"("hosts":["x.example.com"])", "x.example.com"));

}  // namespace

TEST_CASE("lint has nothing to say about a good pack")
{
    CHECK(lint_text(book(good)).empty());
}

TEST_CASE("lint says what a person should look at")
{
    struct Row {
        const char* from;
        const char* to;
        const char* finding;
    };
    const Row rows[] = {
        {R"("match":["x.example.com"])", R"("match":["y.example.com"])",
         "pack.json: p/r: y.example.com is an example of it, but no rule decides [example-fails]\n"},
        {"other.example", "x.example.com",
         "pack.json: p/r: it decides x.example.com, which it says it does not [example-fails]\n"},
        {R"(["other.example"])", "[]",
         "pack.json: p/r: it needs an endpoint that it decides and one that it does not [example-missing]\n"},
        {R"(["example.com"])", "[]",
         "pack.json: p/r: x.example.com is under no registrable domain that the pack claims [outside-claim]\n"},
        {R"(["example.com"])", R"(["example.com","co.uk"])",
         "pack.json: registrable_domains: \"co.uk\" is not a domain that somebody registered; claim a name below it "
         "[not-registrable]\n"},
        {R"(["example.com"])", R"(["example.com","www.example.com"])",
         "pack.json: registrable_domains: \"www.example.com\" is not a domain that somebody registered; claim "
         "example.com [not-registrable]\n"},
        {"2026-01-02", "2026-06-02", "pack.json: version: 2026-06-02 is after 2026-06-01 [date-in-future]\n"},
        {"2026-01-01", "2027-01-01",
         "pack.json: p/r: https://example.com/page was read on 2027-01-01, after 2026-06-01 [date-in-future]\n"},
        {"Takes events.", "Leaks suspicious events.",
         "pack.json: p/r: the statement judges (leak, suspicio); say what the source documents [words-not-neutral]\n"},
        {"Takes events.", "Takes events",
         "pack.json: p/r: the statement must be one sentence that ends with a full stop [statement-form]\n"},
        {R"(["telemetry"])", R"(["telemetry","unknown"])",
         "pack.json: p/r: \"unknown\" stands beside a purpose [purpose-repeated]\n"},
        {R"("hosts":["x.example.com"])", R"("hosts":["x.example.com","z*.example.com"])",
         "pack.json: p/r: z*.example.com needs an endpoint that matches [example-missing]\n"},
        {R"("statement")", R"("opt_outs":["p/none"],"statement")",
         "pack.json: p/r: no pack that is loaded has a switch p/none [unknown-switch]\n"},
        {R"("statement")", R"("operators":[{"name":"O","source":"https://example.com/else"}],"statement")",
         "pack.json: p/r: O is said by https://example.com/else, which is none of the rule's sources "
         "[operator-unsourced]\n"},
        {R"(["telemetry"])", R"(["telemetry","telemetry"])",
         "pack.json: p/r: a purpose stands twice [purpose-repeated]\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.to});
        CHECK(lint_text(book(replaced(good, row.from, row.to))) == row.finding);
    }
}

TEST_CASE("lint finds rules that contradict or shadow each other")
{
    const std::string other =
        pack_text(rule_text("q/r", R"("hosts":["X.example.com"])", "x.example.com", R"("licensing")"), "q");
    CHECK(lint_text(book(good, other)) ==
          "pack.json: q/r: x.example.com is an example of it, but p/r decides [example-fails]\n"
          "pack.json: q/r: p/r has x.example.com too, with other purposes [contradictory]\n"
          "pack.json: q/r: it never decides: p/r has the same patterns [shadowed]\n");
    const std::string narrower = pack_text(
        rule_text("q/r", R"("hosts":["x.example.com"],"ports":[8443])", "x.example.com:8443", R"("licensing")"), "q");
    CHECK(lint_text(book(good, narrower)).empty());
}

TEST_CASE("a suffix below which names belong to anybody is told, unless the rule says that they are customers'")
{
    const std::string wide = replaced(pack_text(rule_text("p/r", R"("hosts":["*.pages.example"])", "a.pages.example")),
                                      "example.com\"]", "pages.example\"]");
    CHECK(lint_text(book(wide)) ==
          "pack.json: p/r: names below pages.example belong to whoever registered them there; name them, or set "
          "\"customers\" [wider-than-owner]\n");
    CHECK(lint_text(book(replaced(wide, R"("statement")", R"("customers":true,"statement")"))).empty());
}

TEST_CASE("a pattern that stands in two rules is told, also where both say the same")
{
    const std::string other = pack_text(
        rule_text("q/r", R"("hosts":["x.example.com","y.example.com"])", R"(y.example.com","x.example.com)"), "q");
    CHECK(lint_text(book(good, other)) ==
          "pack.json: q/r: x.example.com is an example of it, but p/r decides [example-fails]\n"
          "pack.json: q/r: p/r has x.example.com too, and decides [duplicate]\n");
}

TEST_CASE("a domain and the host of the same name are two patterns")
{
    const std::string domain =
        pack_text(rule_text("q/r", R"("domains":["x.example.com"])", "y.x.example.com", R"("licensing")"), "q");
    CHECK_FALSE(lint_text(book(good, domain)).contains("[contradictory]"));
}

TEST_CASE("a hosting company's suffix may be claimed: it registered it")
{
    const PublicSuffixList list = suffixes();
    CHECK(list.is_registered(Hostname::parse("pages.example").value()));
    CHECK(list.is_registered(Hostname::parse("a.pages.example").value()));
    CHECK_FALSE(list.is_registered(Hostname::parse("b.a.pages.example").value()));
    CHECK_FALSE(list.is_registered(Hostname::parse("com").value()));
    const auto registrable = [&](std::string_view host) {
        return std::string{list.registrable_domain(Hostname::parse(host).value())};
    };
    CHECK(registrable("b.a.pages.example") == "a.pages.example");
    CHECK(registrable("a.b.example.co.uk") == "example.co.uk");
    CHECK(registrable("co.uk").empty());
    CHECK(list.version() == "2026-01-01_test");
    CHECK(list.digest().size() == 64);
}

TEST_CASE("what is not a suffix list is refused")
{
    CHECK(PublicSuffixList::read("/nonexistent").error() == PublicSuffixError::not_readable);
    const waybill::test::ScratchFolder scratch;
    const auto file = scratch.path() / "no-suffixes.dat";
    std::ofstream{file} << "hello\n";
    CHECK(PublicSuffixList::read(file).error() == PublicSuffixError::not_a_list);
    std::ofstream{file} << "";
    CHECK(PublicSuffixList::read(file).error() == PublicSuffixError::not_a_list);
}

TEST_CASE("words judge as words, not as parts of others")
{
    CHECK(judging_words("Leaked, and unsafe.") == std::vector<std::string>{"leak", "unsafe"});
    CHECK(judging_words("Safe: yes") == std::vector<std::string>{"safe"});
    CHECK(judging_words("phones-home daily") == std::vector<std::string>{"phones home"});
    CHECK(judging_words("The client secret and a safeguard.").empty());
}

TEST_CASE("the packs of this project load and lint clean")
{
    const std::vector<PackFolder> folders{{test::source_folder() / "rules" / "packs", PackOrigin::shipped}};
    const auto rules = RuleBook::read(folders);
    REQUIRE_MESSAGE(rules.has_value(), (rules ? "" : rules.error().text()));
    CHECK(rules->rule_count() > 200);
    const auto list = PublicSuffixList::system();
    REQUIRE(list.has_value());
    Date latest = rules->packs().front().version;
    for (const Pack& pack : rules->packs())
        latest = std::max({latest, pack.version, read_dates(pack).latest});
    for (const LintFinding& finding : lint(*rules, *list, latest))
        FAIL_CHECK(finding.text());
}

TEST_CASE("the packs tell the purposes that their sources do")
{
    const std::vector<PackFolder> folders{{test::source_folder() / "rules" / "packs", PackOrigin::shipped}};
    const RuleBook rules = RuleBook::read(folders).value();
    struct Row {
        const char* endpoint;
        const char* rule;
        std::vector<Purpose> purposes;
    };
    using enum Purpose;
    const Row rows[] = {
        {"api.anthropic.com:443/tcp", "anthropic/api", {model_inference, telemetry, feature_flag}},
        {"o123.ingest.us.sentry.io:443/tcp", "sentry/ingest-us", {crash_report, telemetry}},
        {"203.107.1.1:80/tcp", "alibaba/httpdns-cn", {name_resolution}},
        {"169.254.169.254:80/tcp", "infrastructure/metadata-link-local", {cloud_metadata}},
        {"telemetry.nextjs.org:443/tcp", "nextjs/telemetry", {telemetry}},
        {"one.npmjs.org:443/tcp", "npm/registry", {package_registry, update_check}},
        {"default.exp-tas.com:443/tcp", "vscode/experiments", {feature_flag}},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.endpoint});
        const auto match = rules.find(parse_endpoint(row.endpoint).value());
        REQUIRE(match.has_value());
        CHECK(match->rule->id == row.rule);
        CHECK(match->rule->purposes == row.purposes);
    }
}
