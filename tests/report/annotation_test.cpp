#include "report/annotation.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/annotation_table.h"

using namespace waybill;

namespace {

RuleFacts facts(std::vector<Purpose> purposes, const char* vendor)
{
    RuleFacts facts;
    facts.rating.purposes = std::move(purposes);
    facts.rating.vendor = vendor;
    facts.rating.rule = "acme/api";
    facts.rating.pack = "acme";
    facts.rating.statement = "Answers requests to a model.";
    facts.rating.sources.push_back({"Hosts", "https://acme.example/hosts", "vendor documentation", "2026-08-22",
                                    "a stored copy", "It lists the host.", -3});
    facts.rating.operators = {"Collector"};
    facts.rating.products = {"acme-coder", "acme, the other"};
    facts.pack_version = "2026-11-22";
    return facts;
}

nlohmann::json as_json(const Annotation& annotation)
{
    TextBuffer out;
    append_annotation_json(out, annotation);
    CHECK(out.text().ends_with("}\n"));
    return nlohmann::json::parse(out.text());
}

std::size_t count_cells(const std::string& row)
{
    std::size_t cells = 1;
    bool is_quoted = false;
    for (const char character : row) {
        is_quoted = is_quoted != (character == '"');
        cells += !is_quoted && character == ',' ? 1 : 0;
    }
    return cells;
}

}  // namespace

TEST_CASE(
    "an annotation as JSON has the endpoint, who says what it is for and since when, and whose the log says it is")
{
    const RuleFacts rule = facts({Purpose::model_inference, Purpose::telemetry}, "Acme");
    Annotation annotation;
    annotation.file = "a.log";
    annotation.line = 7;
    annotation.host = "api.acme.example";
    annotation.address = *IpAddress::parse("203.0.113.1");
    annotation.port = Port{443};
    annotation.transport = Transport::tcp;
    annotation.name_source = "tls-sni";
    annotation.owner = {"node", 12, "", ""};
    annotation.rule = &rule;
    annotation.pattern = "*.acme.example";
    annotation.overrides = "shipped/api";
    CHECK(as_json(annotation) == nlohmann::json::parse(R"({
        "type": "annotation", "v": 1, "file": "a.log", "line": 7, "host": "api.acme.example",
        "address": "203.0.113.1", "port": 443, "transport": "tcp", "name_source": "tls-sni", "reverse_name": null,
        "cited": true, "purposes": ["model-inference", "telemetry"], "vendor": "Acme",
        "products": ["acme-coder", "acme, the other"], "operators": ["Collector"], "rule": "acme/api", "pack": "acme",
        "pack_version": "2026-11-22", "pattern": "*.acme.example", "overrides": "shipped/api", "statement": "Answers requests to a model.",
        "source": {"title": "Hosts", "url": "https://acme.example/hosts", "grade": "vendor documentation",
                   "read": "2026-08-22", "age_days": -3, "read_via": "a stored copy"},
        "asserted_owner": {"process": "node", "pid": 12, "user": null, "device": null}})"));
}

TEST_CASE("an endpoint without a rule has an unknown purpose and says where it was not found")
{
    Annotation annotation;
    annotation.address = *IpAddress::parse("203.0.113.1");
    annotation.not_found = "not found in the sources";
    const auto json = as_json(annotation);
    CHECK(json["cited"] == false);
    CHECK(json["purposes"] == nlohmann::json{"unknown"});
    CHECK(json["rule"].is_null());
    CHECK(json["source"].is_null());
    CHECK(json["host"].is_null());
    CHECK(json["asserted_owner"].is_null());
    CHECK(json["statement"] == "not found in the sources");
}

TEST_CASE("a rule that knows whose a host is and no more cites no purpose")
{
    const RuleFacts rule = facts({Purpose::unknown}, "Acme");
    Annotation annotation;
    annotation.host = "www.acme.example";
    annotation.rule = &rule;
    CHECK(as_json(annotation)["cited"] == false);
    CHECK(as_json(annotation)["vendor"] == "Acme");
}

TEST_CASE("a line that is not understood says why and claims nothing")
{
    Annotation annotation;
    annotation.line = 3;
    annotation.file = "\x1b[31m\xff";
    annotation.problem = "it does not end";
    CHECK(as_json(annotation) == nlohmann::json::parse(R"({"type": "annotation", "v": 1, "file": "\u001b[31m\ufffd",
                                                           "line": 3, "problem": "it does not end"})"));
    TextBuffer out;
    append_annotation_json(out, annotation);
    CHECK_FALSE(out.text().contains('\x1b'));
}

TEST_CASE("a row has the original cells first and as many cells as the headings, whatever stands in them")
{
    const RuleFacts rule = facts({Purpose::telemetry}, "=Acme");
    const std::vector<std::string> original{"a", "b"};
    std::string headings;
    append_annotation_headings(headings, original);
    CHECK(headings.starts_with(R"("a","b","waybill_file","waybill_line",)"));
    CHECK(headings.ends_with("\"waybill_problem\"\r\n"));
    Annotation annotation;
    annotation.file = "x";
    annotation.line = 2;
    annotation.host = "api.acme.example";
    annotation.rule = &rule;
    annotation.owner.process = "@a\",\"b\n";
    Annotation broken;
    broken.problem = "it does not end";
    for (const Annotation& each : {annotation, Annotation{}, broken}) {
        std::string row;
        append_annotation_row(row, std::vector<std::string>{"=1", "x\ny", "one too many"}, 2, each);
        CHECK(row.starts_with(R"("'=1","x\x0ay",)"));
        CHECK(row.ends_with("\r\n"));
        CHECK(row.find('\n') == row.size() - 1);
        CHECK(count_cells(row) == count_cells(headings));
        std::string torn;
        append_annotation_row(torn, std::vector<std::string>{"=1"}, 2, each);
        CHECK(count_cells(torn) == count_cells(headings));
    }
}

TEST_CASE("the table counts lines and hosts, those without a cited purpose first, then by lines")
{
    const RuleFacts telemetry = facts({Purpose::telemetry}, "Acme");
    const RuleFacts inference = facts({Purpose::model_inference}, "Acme");
    const RuleFacts unknown = facts({Purpose::unknown}, "Acme");
    AnnotationTable table;
    const auto add = [&](const char* host, const RuleFacts* rule) {
        Annotation annotation;
        annotation.host = host;
        annotation.rule = rule;
        table.add(annotation);
    };
    add("t.acme.example", &telemetry);
    for (const char* const host : {"a.acme.example", "b.acme.example", "a.acme.example"})
        add(host, &inference);
    add("www.acme.example", &unknown);
    add("nobody\x1b.example", nullptr);
    add("nobody.example", nullptr);
    CHECK(table.text("not found in the sources") ==
          "PURPOSES          VENDOR  LINES  HOSTS  FOR EXAMPLE\n"
          "no cited purpose  -           2      2  nobody\\x1b.example\n"
          "no cited purpose  Acme        1      1  www.acme.example\n"
          "model-inference   Acme        3      2  a.acme.example\n"
          "telemetry         Acme        1      1  t.acme.example\n"
          "no cited purpose: not found in the sources\n");
}

TEST_CASE("beyond the bound hosts are counted as at least so many")
{
    AnnotationTable table;
    for (std::size_t host = 0; host <= AnnotationTable::max_hosts; ++host) {
        const std::string name = std::to_string(host);
        Annotation annotation;
        annotation.host = name;
        table.add(annotation);
    }
    CHECK(table.text("x").contains("  ≥" + std::to_string(AnnotationTable::max_hosts) + "  "));
}
