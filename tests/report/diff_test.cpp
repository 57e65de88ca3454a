#include "model/diff.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "report/columns.h"
#include "report/diff_json.h"
#include "report/diff_markdown.h"
#include "report/diff_rows.h"
#include "report/diff_text.h"
#include "report/diff_words.h"
#include "tests/report/sample_diff.h"

using namespace waybill;
using Json = nlohmann::json;

namespace {

/// Every place of a comparison that text from outside reaches, with that text.
Diff hostile(const std::string& text)
{
    Diff compared = test::three_runs_a_side();
    compared.sides.before.cases = {text};
    compared.sides.before.commands = {{text}};
    compared.endpoints[1].endpoint.name = text;
    compared.endpoints[1].programs = {text};
    compared.endpoints[3].aspects[1].value = text;
    compared.endpoints[4].endpoint.name = text;
    compared.circumstances[0] = {text, {{text}, {text}}};
    return compared;
}

}  // namespace

TEST_CASE("the text tells new purposes, new endpoints, what is gone, what changed, and then the rest")
{
    CHECK(diff_to_text(test::three_runs_a_side(), {}) ==
          R"(before  acme-coder -p hello · 3 runs · sinkhole · v1/1, v1/2, v1/3
after   acme-coder -p hello · 3 runs · sinkhole · v2/1, v2/2, v2/3
1 new purpose, 2 new endpoints, 1 endpoint gone, 1 endpoint changed · 4 endpoints as before · 1 more
varies from run to run

  WHAT           PURPOSE             ENDPOINT                   BEFORE   AFTER     OUT  BY
  new purpose†   telemetry           events.acme.example:443    0 of 3  3 of 3  1.9 kB  node
  new endpoint†  no cited purpose    pum.collector.example:443  0 of 3  3 of 3  1.9 kB  node
  gone†          telemetry           old.acme.example:443       3 of 3  0 of 3  1.9 kB  node
  changed        model-inference +1  api.acme.example:443       3 of 3  3 of 3  1.9 kB  node
                 no longer ALPN offered h2,http/1.1, in 0 of 3 runs, before in 3 of 3, p 0.100

  Varies between runs  cdn.acme.example:443: in 1 of 3 runs, before in 2 of 3, p 1.000
  Too few runs to say  api.acme.example:443: bytes out 1.9 kB (1.8 kB to 2.0 kB) → 8.1 kB (8.0 kB to
                       8.2 kB)
  What else differs    package acme: 1.0 → 1.1
  How sure             A difference is what every run of one side has and none of the other. So few
                       runs a side can show nothing else: changes of bytes and flows are left open.
  Not seen             † as far as that was recorded: what is new may have been contacted before,
                       and what is gone after, without being seen
                       before: sinkhole: attempted contacts only, nobody was reached; limits what
                       happens after the first contact
                       after: 12 packets dropped by the capture's buffer, in 1 of 3 runs; limits
                       every claim
                       after: sinkhole: attempted contacts only, nobody was reached; limits what
                       happens after the first contact
  Cannot be answered   what was inside the encrypted connections
                       what the tool computes locally
                       whether the tool identifies its users: a marker inside an encrypted request
                       is invisible here; a clean report must not be cited against such an
                       allegation
)");
}

TEST_CASE("without a difference the text says so, and with one run a side how little that is")
{
    Diff compared;
    compared.sides = {test::side({"a"}), test::side({"b"})};
    compared.same = 5;
    const std::string text = diff_to_text(compared, {});
    CHECK(text.contains("No difference · 5 endpoints as before\n"));
    CHECK(text.contains("One run a side: what differs from run to run cannot be told from a change."));
    CHECK_FALSE(text.contains("WHAT"));
    CHECK_FALSE(text.contains("†"));
    compared.comparison = Comparison::endpoints_only;
    CHECK(diff_to_text(compared, {}).contains("Endpoints only: a run in the sinkhole reaches nobody"));
}

TEST_CASE("a purpose that none of its endpoints alone brings has a row of its own")
{
    Diff compared = test::three_runs_a_side();
    compared.endpoints.clear();
    compared.purposes[0].endpoints.push_back(test::host("b.example"));
    const auto rows = diff_rows(compared, Named::few);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].what == "new purpose†");
    CHECK(rows[0].endpoint == "2 endpoints together");
    CHECK(rows[0].details == std::vector<std::string>{"events.acme.example:443", "b.example:443"});
}

TEST_CASE("the lines of the text are no wider than the terminal")
{
    Diff compared = test::three_runs_a_side();
    compared.endpoints[1].endpoint.name = std::string(90, 'x') + ".example";
    compared.endpoints[1].programs = {std::string(50, 'p')};
    for (const unsigned columns : {60U, 80U, 100U, 140U}) {
        const std::string text = diff_to_text(compared, {.color = false, .all = false, .columns = columns});
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            CAPTURE(line);
            CHECK(display_width(line) <= columns);
            rest.remove_prefix(line.size() + 1);
        }
    }
}

TEST_CASE("long lists are cut unless all is asked for")
{
    Diff compared = test::three_runs_a_side();
    for (int i = 0; i < 60; ++i) {
        compared.endpoints.push_back(test::endpoint_diff(DiffVerdict::appeared, "n.example", {{0, 3}, {3, 3}}));
        compared.circumstances.push_back({"kernel", {{"1"}, {"2"}}});
    }
    const std::string some = diff_to_text(compared, {});
    CHECK(some.contains("  and 24 more: --all\n"));
    CHECK(some.contains("and 54 more: --all\n"));
    CHECK_FALSE(diff_to_text(compared, {.color = false, .all = true, .columns = 100}).contains("--all"));
}

TEST_CASE("with all nothing is shortened and nothing left out, in no form")
{
    Diff compared = test::three_runs_a_side();
    const std::string long_word(60, 'w');
    compared.sides.after.commands = {{"first", long_word}, {"second", long_word}, {"third"}};
    compared.sides.after.cases = {"c/1", "c/2", "c/3", "c/4"};
    compared.endpoints[0].programs = {"node", "python", "ruby"};
    compared.endpoints[0].rating.purposes = {Purpose::telemetry, Purpose::crash_report};
    compared.circumstances = {{"kernel", {{"1", "2", "3", "4", "5", "6"}, {"7"}}}};
    const DiffRow row = diff_rows(compared, Named::all).front();
    CHECK(row.by == "node, python, ruby");
    CHECK(row.purpose == "telemetry, crash-report");
    CHECK(diff_rows(compared, Named::few).front().by == "node +2");
    CHECK(side_text(compared.sides.after, Named::all).contains("third"));
    CHECK(side_text(compared.sides.after, Named::few).contains(" and 2 more"));
    const std::string text = diff_to_text(compared, {.color = false, .all = true, .columns = 100});
    for (const std::string& form : {text, diff_to_markdown(compared, Named::all)}) {
        CAPTURE(form);
        CHECK(form.contains("first " + long_word));
        CHECK(form.contains("node, python, ruby"));
        CHECK_FALSE(form.contains(" and 2 more"));
        CHECK_FALSE(form.contains(" and 3 more"));
        CHECK_FALSE(form.contains("…"));
    }
}

TEST_CASE("nothing from outside reaches any form with control characters, nor Markdown as mark-up")
{
    const std::string raw = "\x1b[2J\xe2\x80\xae\xff";
    const Diff compared = hostile("<b>a|b`c@acme www.example http://x" + raw);
    for (const std::string& text :
         {diff_to_text(compared, {}), diff_to_json(compared), diff_to_markdown(compared, Named::few)}) {
        CHECK_FALSE(text.contains('\x1b'));
        CHECK_FALSE(text.contains("\xe2\x80\xae"));
        CHECK_FALSE(text.contains('\xff'));
    }
    CHECK(
        Json::parse(diff_to_json(compared))["endpoints"][1]["endpoint"]["name"].get<std::string>().starts_with("<b>"));
    const std::string page = diff_to_markdown(compared, Named::few);
    CHECK(page.contains("``<b>a\\|b`c@acme"));
    CHECK(page.contains(R"(\<b\>a\|b\`c@<!-- -->acme www\.example http\://x)"));
}

TEST_CASE("JSON tells what is new with the numbers and with the gaps that limit it")
{
    const Json json = Json::parse(diff_to_json(test::three_runs_a_side()));
    CHECK(json["format"] == "waybill-diff");
    CHECK(json["v"] == 1);
    CHECK(json["compared"] == "everything");
    CHECK(json["counts"]["endpoints"] ==
          Json::parse(R"({"same":4,"new":2,"gone":1,"changed":1,"varies":1,"undecided":0})"));
    CHECK(json["counts"]["purposes"] == Json::parse(R"({"new":1,"gone":0,"changed":0})"));
    const Json& events = json["endpoints"][0];
    CHECK(events["verdict"] == "new");
    CHECK(events["new_purpose"] == true);
    CHECK(events["seen"] == Json::parse(R"({"before":{"count":0,"runs":3},"after":{"count":3,"runs":3}})"));
    CHECK(events["absence_limited_by"] == Json{"attempts-only"});
    CHECK(events["ip_bytes_out"]["before"].is_null());
    CHECK(events["p"].is_null());
    CHECK(json["endpoints"][2]["absence_limited_by"] == Json{"kernel-dropped", "attempts-only"});
    CHECK(json["endpoints"][3]["absence_limited_by"].empty());
    const Json& aspects = json["endpoints"][3]["aspects"];
    CHECK(aspects[0]["numbers"]["after"] == Json::parse(R"({"least":8000,"median":8100,"most":8200,"runs":3})"));
    CHECK(aspects[0]["value"].is_null());
    CHECK(aspects[1]["value"] == "h2,http/1.1");
    CHECK(json["sides"]["after"]["gaps"][0]["lost_input"] == true);
}

TEST_CASE("an endpoint's text has its port, its transport and the brackets of IPv6")
{
    using enum DiffEndpoint::Kind;
    struct Row {
        DiffEndpoint endpoint;
        const char* text;
    };
    const Row rows[] = {{{"a.example", Port{443}, Transport::tcp, host}, "a.example:443"},
                        {{"o*.a.example", Port{443}, Transport::udp, pattern}, "o*.a.example:443/udp"},
                        {{"::1", Port{}, Transport::tcp, address}, "[::1]:any port"},
                        {{"192.0.2.1", Port{8}, Transport::icmp, address}, "192.0.2.1/icmp"}};
    for (const Row& row : rows)
        CHECK(diff_endpoint_text(row.endpoint) == row.text);
}

TEST_CASE("Markdown has a heading, a table of the differences, and the rest folded")
{
    const std::string page = diff_to_markdown(test::three_runs_a_side(), Named::few);
    CHECK(page.starts_with("### Endpoints: 1 new purpose, 2 new endpoints"));
    CHECK(page.contains("| what | purpose | endpoint | before | after | out | by | details |\n|---|"));
    CHECK(page.contains(
        "| **new purpose†** | telemetry | `events.acme.example:443` | 0 of 3 | 3 of 3 | 1.9 kB | `node` |"));
    CHECK(page.contains("<details><summary>Not seen</summary>"));
}
