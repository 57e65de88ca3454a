#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "rules/pack.h"
#include "tests/rules/rule_pack_text.h"

using namespace waybill;
using namespace waybill::rules;
using waybill::test::pack_text;
using waybill::test::rule_text;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string error_of(std::string_view text)
{
    const auto pack = parse_pack(std::string{text}, "p.json");
    return pack ? "it loads" : pack.error().text();
}

const std::string good =
    pack_text(rule_text("p/r", R"("hosts":["*.example.com"],"ports":[443,"80-81"])", "a.example.com"));

}  // namespace

TEST_CASE("a pack loads with its digest and every field")
{
    const auto pack = parse_pack(good, "p.json");
    REQUIRE(pack.has_value());
    CHECK(pack->digest().size() == 64);
    CHECK(pack->file == "p.json");
    CHECK(text(pack->version) == "2026-01-02");
    REQUIRE(pack->rules.size() == 1);
    const Rule& rule = pack->rules.front();
    CHECK(rule.id == "p/r");
    CHECK(rule.match.hosts.front().text() == "*.example.com");
    CHECK(rule.match.ports.back().text() == "80-81");
    CHECK(rule.purposes == std::vector{Purpose::telemetry});
    CHECK(rule.sources.front().grade == SourceGrade::vendor_documentation);
    CHECK(text(rule.sources.front().read) == "2026-01-01");
    CHECK(text(read_dates(*pack).oldest) == "2026-01-01");
}

TEST_CASE("a pack that does not load says what is wrong, where, and what to do")
{
    struct Row {
        const char* from;
        const char* to;
        const char* error;
    };
    const Row rows[] = {
        {"waybill-rule-pack/1", "waybill-rule-pack/2", R"(p.json: format: it must be "waybill-rule-pack/1")"},
        {R"("id":"p",)", "", "p.json: id: it is missing; add it"},
        {R"("id":"p",)", R"("id":"P",)", "p.json: id: it must be of a-z, 0-9, '-' and '.'"},
        {R"("version":"2026-01-02")", R"("version":"2026-02-30")",
         "p.json: version: it must be a date such as 2026-08-22"},
        {R"("title":"T")", R"("title":"")", "p.json: title: it must be text that is not empty"},
        {R"("title":"T")", R"("title":7)", "p.json: title: it must be text that is not empty"},
        {R"("title":"T")", R"("titel":"T")", "p.json: title: it is missing; add it"},
        {R"("licence":"L")", R"("licence":"L","extra":1)",
         "p.json: extra: there is no such field; a comment is a \"note\""},
        {R"(["example.com"])", R"(["Example.com"])",
         "p.json: registrable_domains: \"Example.com\" is not a domain in lower case"},
        {R"("rules":[)", R"("rules":7,"x":[)", "p.json: rules: it must be a list, in [ ]"},
        {R"("rules":[{)", R"("rules":[7,{)", "p.json: rules[0]: it must be an object, in { }"},
        {R"("id":"p/r")", R"("id":"q/r")",
         R"(p.json: rules[0].id: it must be "p/" and a name of a-z, 0-9, '-' and '.')"},
        {R"("hosts":["*.example.com"],)", "",
         R"(p.json: rules[0].match.hosts: a rule needs at least one host, domain or address; add "hosts", "domains" or "addresses")"},
        {"*.example.com", "*.exa mple.com",
         "p.json: rules[0].match.hosts: \"*.exa mple.com\" is not a host pattern: it has a character that no host name "
         "has; write letters, digits, '-', '_' and wildcards, without scheme, port or path"},
        {R"("hosts":)", R"("addresses":["10.0.0.1/8"],"hosts":)",
         "p.json: rules[0].match.addresses: \"10.0.0.1/8\" is not an address or range in its shortest form, such as "
         "192.0.2.0/24 or 2001:db8::1"},
        {R"("ports":[443)", R"("ports":[0)",
         "p.json: rules[0].match.ports[0]: it must be a port such as 443 or a range such as \"8000-8100\""},
        {R"("ports":)", R"("transports":["ip"],"ports":)",
         "p.json: rules[0].match.transports: it must be tcp, udp, icmp or sctp"},
        {R"(["telemetry"])", R"(["tracking"])",
         "p.json: rules[0].purposes: \"tracking\" is not a purpose; docs/formats/rule-pack.md lists them"},
        {R"(["telemetry"])", "[]", "p.json: rules[0].purposes: it needs at least one purpose; \"unknown\" is one"},
        {"vendor-documentation", "hearsay",
         "p.json: rules[0].sources[0].grade: it must be one of vendor-documentation, standard, vendor-source-code, "
         "vendor-issue, third-party or observed"},
        {R"("read":"2026-01-01")", R"("read":"unknown")",
         "p.json: rules[0].sources[0].read: it must be a date such as 2026-08-22"},
        {"https://example.com/page", "ftp://example.com/page",
         "p.json: rules[0].sources[0].url: \"ftp://example.com/page\" is not a web address; write https://host/path"},
        {R"("no_match":["other.example"])", R"("no_match":["https://x"])",
         "p.json: rules[0].examples.no_match: \"https://x\" is not an endpoint; write host, host:port or "
         "host:port/udp"},
        {R"("title":"T")", R"("title":"T","title":"U")",
         R"(p.json: the field "title" stands twice in one object; keep one of them)"},
        {R"("title":"T")", R"("title":"T\u001b[31m")",
         R"(p.json: the text "T\x1b[31m" hides a control character; take it out)"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.to});
        CHECK(error_of(replaced(good, row.from, row.to)) == row.error);
    }
}

namespace {

std::string with_switch()
{
    return replaced(good, R"("rules":[)", R"("switches":[{"id":"p/s","products":["Tool"],
    "name":"NO=1","kind":"env","set":{"environment":{"NO":"1"}},"effect":"Sends nothing.","covers":["telemetry"],
    "sources":[{"title":"Page","url":"https://example.com/page","grade":"vendor-documentation","read":"2026-01-01",
    "paraphrase":"Says so."}]}],"rules":[)");
}

}  // namespace

TEST_CASE("a documented switch loads with how it is set")
{
    const auto pack = parse_pack(with_switch(), "p.json");
    REQUIRE_MESSAGE(pack.has_value(), (pack ? "" : pack.error().text()));
    const Switch& found = pack->switches.at(0);
    CHECK(found.id == "p/s");
    CHECK(found.kind == SwitchKind::env);
    REQUIRE(found.set.environment.size() == 1);
    CHECK(found.set.environment.front().first == "NO");
    CHECK(found.covers == std::vector{Purpose::telemetry});
    const auto with_file = replaced(with_switch(), R"({"environment":{"NO":"1"}})",
                                    R"({"file":{"path":".tool/a.json","json":{"a":[true, {"b":null}]}}})");
    const auto file = parse_pack(with_file, "p.json");
    REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().text()));
    CHECK(file->switches.at(0).set.file->json == R"({"a":[true, {"b":null}]})");
}

TEST_CASE("a switch that does not load says what is wrong, where, and what to do")
{
    struct Row {
        const char* from;
        const char* to;
        const char* error;
    };
    const Row rows[] = {
        {R"("id":"p/s")", R"("id":"q/s")",
         R"(p.json: switches[0].id: it must be "p/" and a name of a-z, 0-9, '-' and '.')"},
        {R"("products":["Tool"],
    "name")",
         R"("products":[],"name")", "p.json: switches[0].products: a switch needs at least one product"},
        {R"("kind":"env")", R"("kind":"wish")",
         "p.json: switches[0].kind: it must be one of env, setting, flag or command"},
        {R"({"environment":{"NO":"1"}})", "{}",
         "p.json: switches[0].set: it needs one of \"environment\", \"arguments\", \"command\" and \"file\", and it "
         "alone"},
        {R"({"environment":{"NO":"1"}})", R"({"environment":{"NO=":"1"}})",
         "p.json: switches[0].set.environment.NO=: it is not the name of a variable; write letters, digits and "
         "underscores"},
        {R"({"environment":{"NO":"1"}})", R"({"environment":{"NO":1}})",
         "p.json: switches[0].set.environment.NO: it must be text that is not empty"},
        {R"({"environment":{"NO":"1"}})", R"({"file":{"path":"../x","text":"t"}})",
         "p.json: switches[0].set.file.path: \"../x\" must be relative to HOME and stay below it"},
        {R"({"environment":{"NO":"1"}})", R"({"file":{"path":"x"}})",
         "p.json: switches[0].set.file.json: a file has either \"json\" or \"text\""},
        {R"("covers":["telemetry"])", R"("covers":[])",
         "p.json: switches[0].covers: it needs at least one purpose; \"unknown\" is one"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.to});
        CHECK(error_of(replaced(with_switch(), row.from, row.to)) == row.error);
    }
}

TEST_CASE("a rule without a source does not load")
{
    const std::size_t start = good.find(R"("sources":[)") + 11;
    const std::size_t end = good.find(R"(],
        "examples")");
    CHECK(error_of(good.substr(0, start) + good.substr(end)) ==
          "p.json: rules[0].sources: it needs at least one source");
}

TEST_CASE("a note is allowed in every object")
{
    std::string text = replaced(good, R"("licence":"L")", R"("licence":"L","note":"why")");
    text = replaced(text, R"("hosts":)", R"("note":"why","hosts":)");
    text = replaced(text, R"("title":"Page")", R"("title":"Page","note":"why")");
    CHECK(error_of(text) == "it loads");
}

TEST_CASE("every prefix of a pack is an error, never a crash")
{
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK(error_of(std::string_view{good}.substr(0, length)).starts_with("p.json: it is not JSON"));
}

TEST_CASE("nesting without end is refused")
{
    CHECK(error_of(std::string(100'000, '[')) == "p.json: it nests deeper than 16 levels");
}

TEST_CASE("dates are days of the calendar, written in full")
{
    CHECK(text(parse_date("2024-02-29").value()) == "2024-02-29");
    for (const char* bad :
         {"", "2026-2-3", "2026-13-01", "2025-02-29", "2026/01/01", "26-01-01", "2026-01-011", "2026-01-0x"})
        CHECK_FALSE(parse_date(bad).has_value());
}

TEST_CASE("each purpose has a word that reads back")
{
    for (const Purpose purpose : all_purposes)
        CHECK(parse_purpose(waybill::text(purpose)) == purpose);
    CHECK(all_purposes.size() == 23);
    CHECK_FALSE(parse_purpose("Telemetry").has_value());
}
