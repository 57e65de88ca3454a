#include "rules/rule_book.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "rules/explain.h"
#include "rules/pack_location.h"
#include "tests/rules/rule_pack_text.h"
#include "tests/rules/scratch_folder.h"

using namespace waybill;
using namespace waybill::rules;
using waybill::test::book;
using waybill::test::pack_text;
using waybill::test::rule_text;

namespace {

std::string decider(const RuleBook& rules, std::string_view endpoint)
{
    const auto match = rules.find(parse_endpoint(endpoint).value());
    return std::string{match ? match->rule->id : "none"};
}

}  // namespace

TEST_CASE("the most specific rule decides")
{
    const RuleBook rules = book(pack_text(
        rule_text("p/any", R"("hosts":["*.example.com"])", "x.example.com") + "," +
        rule_text("p/deep", R"("hosts":["*.ingest.example.com"])", "a.b.ingest.example.com") + "," +
        rule_text("p/wild", R"("hosts":["o*.ingest.example.com"])", "o1.ingest.example.com") + "," +
        rule_text("p/exact", R"("hosts":["o7.ingest.example.com"])", "o7.ingest.example.com") + "," +
        rule_text("p/port", R"("hosts":["o7.ingest.example.com"],"ports":[8443])", "o7.ingest.example.com:8443") + "," +
        rule_text("p/net", R"("addresses":["192.0.2.0/24"])", "192.0.2.9") + "," +
        rule_text("p/address", R"("addresses":["192.0.2.1"],"transports":["udp"])", "192.0.2.1/udp")));
    CHECK(decider(rules, "x.example.com") == "p/any");
    CHECK(decider(rules, "a.b.ingest.example.com") == "p/deep");
    CHECK(decider(rules, "o1.ingest.example.com") == "p/wild");
    CHECK(decider(rules, "o7.ingest.example.com:443") == "p/exact");
    CHECK(decider(rules, "o7.ingest.example.com:8443") == "p/port");
    CHECK(decider(rules, "192.0.2.1:53/udp") == "p/address");
    CHECK(decider(rules, "192.0.2.1:53/tcp") == "p/net");
    CHECK(decider(rules, "example.com") == "none");
    CHECK(decider(rules, "198.51.100.1") == "none");

    const auto match = rules.find(parse_endpoint("o7.ingest.example.com:8443/tcp").value());
    REQUIRE(match.has_value());
    CHECK(match->why.specificity.conditions == 1);
    REQUIRE(match->runners_up.size() == 4);
    CHECK(match->runners_up[0].rule->id == "p/exact");
    CHECK(match->runners_up[1].rule->id == "p/wild");
    CHECK(match->runners_up[3].rule->id == "p/any");
}

TEST_CASE("an address decides nothing where a name is known")
{
    const RuleBook rules = book(pack_text(rule_text("p/net", R"("addresses":["192.0.2.0/24"])", "192.0.2.9")));
    const IpAddress address = IpAddress::parse("192.0.2.9").value();
    CHECK(rules.find(query(Endpoint{std::nullopt, address, Port{443}, Transport::tcp})).has_value());
    CHECK_FALSE(rules.find(query(Endpoint{"a.example", address, Port{443}, Transport::tcp})).has_value());
    CHECK_FALSE(rules.find(query(Endpoint{"odd name", address, Port{443}, Transport::tcp})).has_value());
}

TEST_CASE("what decides is what is found first, for every endpoint of the packs' examples")
{
    const RuleBook rules = book(pack_text(
        rule_text("p/any", R"("hosts":["*.example.com"],"addresses":["192.0.2.0/24","192.0.2.7"])", "x.example.com") +
        "," + rule_text("p/two", R"("hosts":["a.example.com","{x}.example.com","a*.example.com"])", "a.example.com")));
    for (const char* endpoint : {"a.example.com:443", "ab.example.com", "q.example.com", "b.a.example.com",
                                 "example.com", "nobody.example", "192.0.2.7:443", "192.0.2.8", "198.51.100.1"}) {
        CAPTURE(std::string{endpoint});
        const auto asked = parse_endpoint(endpoint).value();
        const auto decided = rules.decide(asked);
        const auto found = rules.find(asked);
        REQUIRE(decided.has_value() == found.has_value());
        if (found) {
            CHECK(decided->rule == found->rule);
            CHECK(decided->why.pattern == found->why.pattern);
            CHECK(decided->why.specificity == found->why.specificity);
        }
    }
    CHECK_FALSE(RuleBook{}.decide(parse_endpoint("a.example.com").value()).has_value());
}

TEST_CASE("between equals the id decides, whatever the order of the packs")
{
    const std::string a = pack_text(rule_text("a/r", R"("hosts":["x.example.com"])", "x.example.com"), "a");
    const std::string b = pack_text(rule_text("b/r", R"("hosts":["x.example.com"])", "x.example.com"), "b");
    CHECK(decider(book(a, b), "x.example.com") == "a/r");
    CHECK(decider(book(b, a), "x.example.com") == "a/r");
}

TEST_CASE("an id that stands twice is an error")
{
    const std::string rule = rule_text("p/r", R"("hosts":["x.example.com"])", "x.example.com");
    const auto from = [](auto... parsed) {
        std::vector<Pack> packs;
        (packs.push_back(std::move(parsed).value()), ...);
        return RuleBook::from_packs(std::move(packs));
    };
    const auto twice = from(parse_pack(pack_text(rule + "," + rule), "p.json"));
    REQUIRE_FALSE(twice.has_value());
    CHECK(twice.error().text() == R"(p.json: rules[1].id: "p/r" stands twice; rename one)");
    const auto same = from(parse_pack(pack_text(rule), "a.json"), parse_pack(pack_text(rule), "b.json"));
    REQUIRE_FALSE(same.has_value());
    CHECK(same.error().text() == R"(b.json: id: another pack is called "p" too; rename one)");
}

TEST_CASE("an explanation names the rule, why it won, who says so and what else matched")
{
    const RuleBook rules = book(pack_text(rule_text("p/any", R"("hosts":["*.example.com"])", "x.example.com") + "," +
                                          rule_text("p/api", R"("hosts":["api.example.com"],"ports":[443])",
                                                    "api.example.com:443", R"("model-inference","telemetry")")));
    CHECK(explain(rules, parse_endpoint("api.example.com:443").value(), parse_date("2026-01-01").value()) ==
          "api.example.com:443\n"
          "Takes events.\n"
          "Metadata alone cannot tell these purposes apart.\n"
          "\n"
          "vendor     V\n"
          "products   Tool\n"
          "purposes   model-inference, telemetry\n"
          "rule       p/api (pack p, version 2026-01-02)\n"
          "matched by api.example.com, an exact host, and port 443\n"
          "also       p/any by *.example.com (telemetry): an exact host comes before a suffix\n"
          "\n"
          "Who says so\n"
          "  Page (vendor-documentation, as it stood on 2026-01-01)\n"
          "    The page lists the host.\n"
          "    https://example.com/page\n");
    CHECK(explain(rules, parse_endpoint("api.example.com").value(), parse_date("2026-01-01").value())
              .contains("the rule holds for port 443 only; no port was given\n"));
}

TEST_CASE("an endpoint without a rule is not found in the sources that were read, and nothing more is said")
{
    const RuleBook rules = book(pack_text(rule_text("p/r", R"("hosts":["x.example.com"])", "x.example.com")),
                                pack_text(rule_text("q/r", R"("hosts":["y.example.com"])", "y.example.com"), "q"));
    CHECK(explain(rules, parse_endpoint("a.example").value(), parse_date("2026-01-01").value()) ==
          "a.example\nNot found in the sources cited by packs p, q, as they stood on 2026-01-01.\n");
    const RuleBook one = book(pack_text(rule_text("p/r", R"("hosts":["x.example.com"])", "x.example.com")));
    CHECK(explain(one, parse_endpoint("new.example.com:443").value(), parse_date("2026-01-01").value()) ==
          "new.example.com:443\nNot found in the sources cited by pack p, as they stood on 2026-01-01.\n"
          "Its domain is one that pack p speaks about: V.\n");
}

TEST_CASE("the shipped packs are found by variable, then beside the program")
{
    using Folders = std::vector<std::filesystem::path>;
    CHECK(find_pack_folders({"/a::/b:", std::nullopt}).value() == Folders{"/a", "/b"});
    const waybill::test::ScratchFolder scratch;
    const auto& root = scratch.path();
    std::filesystem::create_directories(root / "build" / "dev");
    const auto program = root / "build" / "dev" / "waybill";
    const auto none = find_pack_folders({std::nullopt, program});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error() == Folders{root / "build" / "share" / "waybill" / "packs", root / "rules" / "packs"});
    std::filesystem::create_directories(root / "rules" / "packs");
    CHECK(find_pack_folders({"", program}).value() == Folders{root / "rules" / "packs"});
    std::filesystem::create_directories(root / "build" / "share" / "waybill" / "packs");
    CHECK(find_pack_folders({std::nullopt, program}).value() ==
          Folders{root / "build" / "share" / "waybill" / "packs"});
}

TEST_CASE("a folder without packs is an error that names it")
{
    const std::vector<PackFolder> folders{{"/nonexistent/packs", PackOrigin::shipped}};
    const auto read = RuleBook::read(folders);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().text() == "/nonexistent/packs: it is not a folder that can be read");
}
