#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/export/clickhouse.h"
#include "report/export/community_id.h"
#include "report/export/csv.h"
#include "report/export/cyclonedx.h"
#include "report/export/facts.h"
#include "report/export/markdown.h"
#include "report/export/ocsf.h"
#include "report/export/sarif.h"
#include "report/export/zeek.h"
#include "tests/report/sample_report.h"

using namespace waybill;
using Json = nlohmann::json;
using test::capture_report;
using test::cited;
using test::contact;
using test::five_endpoints;

namespace {

/// Markup, a terminal's sequences, C1, overrides of direction, separators, no UTF-8, a formula's beginning.
const std::string hostile =
    "=<script>\"|`[x](http://e.example)\x1b]0;\x07\r\n::error::\x9b\xe2\x80\xae\xe2\x80\xa8\xc2\x9b{0}\xff";

Report hostile_report()
{
    Rating rating = cited(hostile, {Purpose::telemetry}, hostile);
    rating.vendor = hostile;
    rating.domain = hostile;
    rating.sources.front().url = hostile;
    Report report = test::sinkhole_report({contact(hostile, 100, rating), contact(hostile, 100)});
    report.run->command = {hostile, hostile};
    report.run->interfaces.front().name = hostile;
    report.totals.files = {hostile};
    Process process;
    process.id = 1;
    process.pid = 12;
    process.executable = {"/" + hostile, {}};
    process.arguments = {hostile};
    process.cgroup = hostile;
    process.package = Package{hostile, hostile};
    report.processes = {process};
    for (RatedContact& rated : report.contacts) {
        rated.contact.owner.process = 1;
        rated.contact.candidates = {hostile};
        rated.contact.other_names = {hostile};
    }
    report.gaps.push_back({GapKind::mode_limits, 1, hostile});
    return report;
}

Flow flow_of(const Report& report)
{
    Flow flow;
    flow.id = 7;
    flow.contact = report.contacts.front().contact.id;
    flow.transport = Transport::tcp;
    flow.protocol_number = 6;
    flow.client = {*IpAddress::parse("10.0.0.2"), Port{40'000}};
    flow.server = {*IpAddress::parse("198.18.0.1"), Port{443}};
    flow.first = test::start;
    flow.last = test::start + std::chrono::milliseconds{1'500};
    flow.out = {1, 114, 100, 60};
    flow.in = {2, 228, 200, 120};
    flow.facts.protocol = Protocol::tls;
    flow.facts.add_name({SharedText{hostile}, NameSource::tls_sni, test::start});
    flow.facts.hellos.add(
        {std::make_shared<const HelloFingerprint>(HelloFingerprint{0x0304, {hostile}, "t13d_a_b"}), {}});
    flow.facts.server = ServerHelloFacts{0x0304, hostile};
    return flow;
}

/// The lines that a writer gives for a flow with one DNS message, and a gap.
std::vector<std::string> lines_of(std::unique_ptr<EventReceiver> (*writer_of)(const Report&, FlowEvents::Output),
                                  const Report& report)
{
    std::vector<std::string> lines;
    const auto writer = writer_of(report, [&](std::string_view line) { lines.emplace_back(line); });
    DnsEvent event;
    event.flow = 7;
    event.at = test::start;
    event.response = true;
    event.rcode = 3;
    event.questions = {{hostile, "A"}};
    event.answers = {{hostile, "CNAME", hostile, 60}, {hostile, "TXT", "", 60}};
    writer->dns(event);
    CHECK(lines.empty());  // its ends are told with the flow
    writer->flow(flow_of(report), {1, MatchQuality::exact, {}});
    writer->gap({GapKind::kernel_dropped, 3, hostile});
    return lines;
}

void check_inert(const std::string& text)
{
    for (const char* const raw : {"\x1b", "\x07", "\x9b", "\xe2\x80\xae", "\xe2\x80\xa8", "\xff", "\n::error"}) {
        CAPTURE(raw);
        const bool is_part_of_another = std::string_view{raw} == "\x9b" || std::string_view{raw} == "\xff";
        if (!is_part_of_another)
            CHECK_FALSE(text.contains(raw));
    }
    CHECK_NOTHROW(static_cast<void>(Json(text).dump()));  // UTF-8, or the library throws
}

}  // namespace

TEST_CASE("no export of hostile texts steers a terminal, turns text around or is other than UTF-8")
{
    const Report report = hostile_report();
    check_inert(report_to_csv(report));
    check_inert(report_to_markdown(report, nullptr));
    check_inert(report_to_sarif(report, nullptr, {}));
    check_inert(report_to_cyclonedx(report));
    check_inert(report_to_clickhouse(report));
    for (const auto writer_of : {&ocsf_writer, &zeek_writer})
        for (const std::string& line : lines_of(writer_of, report)) {
            check_inert(line);
            CHECK(line.find('\n') == line.size() - 1);
            CHECK(Json::parse(line).is_object());
        }
}

TEST_CASE("every export gives the same octets for the same report")
{
    const Report report = five_endpoints();
    CHECK(report_to_csv(report) == report_to_csv(report));
    CHECK(report_to_markdown(report, nullptr) == report_to_markdown(report, nullptr));
    CHECK(report_to_sarif(report, nullptr, {}) == report_to_sarif(report, nullptr, {}));
    CHECK(report_to_cyclonedx(report) == report_to_cyclonedx(report));
    CHECK(report_to_clickhouse(report) == report_to_clickhouse(report));
}

TEST_CASE("CSV has a record for each contact, gap and open question, and no formula")
{
    const std::string out = report_to_csv(five_endpoints());
    CHECK(out.starts_with("record,run,contact,host,address,port,"));
    CHECK(out.contains("\"contact\","));
    CHECK(out.contains(",\"pum.collector.example\",\"198.18.0.1\",\"443\",\"tcp\","));
    CHECK(out.contains("\"gap\","));
    CHECK(out.contains("\"cannot-be-answered\","));
    CHECK(report_to_csv(hostile_report()).contains(",\"'=<script>\"\"|`"));
}

TEST_CASE("Markdown begins no line with a workflow command, and has the gaps and open questions")
{
    const std::string page = report_to_markdown(five_endpoints(), nullptr);
    CHECK(page.contains("| **no cited purpose** | `pum.collector.example:443` |"));
    CHECK(page.contains("<summary>Not seen</summary>"));
    CHECK(page.contains("<summary>Cannot be answered</summary>"));
    CHECK_FALSE(report_to_markdown(hostile_report(), nullptr).contains("\n::"));
}

TEST_CASE("without a policy SARIF asks to review what has no cited purpose, and tells gaps as notifications")
{
    const Json run = Json::parse(report_to_sarif(five_endpoints(), nullptr, {}))["runs"][0];
    REQUIRE(run["results"].size() == 1);
    const Json& result = run["results"][0];
    CHECK(result["ruleId"] == "waybill.no-cited-purpose");
    CHECK(result["kind"] == "review");
    CHECK(result["level"] == "none");
    CHECK(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "net:tcp/pum.collector.example:443");
    CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"]["id"] == "ech-outer-name-only");
    CHECK(run["invocations"][0]["startTimeUtc"] == "2026-11-22T19:18:41.000Z");
    CHECK(run["properties"]["cannotBeAnswered"].size() == cannot_be_answered.size());
}

TEST_CASE("a message of SARIF has no link and no place for an argument")
{
    const Json run = Json::parse(report_to_sarif(hostile_report(), nullptr, {}))["runs"][0];
    const std::string text = run["results"][0]["message"]["text"];
    CHECK(text.contains("\\[x\\](http"));
    CHECK(text.contains("{{0}}"));
}

TEST_CASE("a denied contact is a failure in SARIF, one to be reviewed or undecided has no level")
{
    const Report report = five_endpoints();
    Verdict verdict;
    verdict.policy = "p";
    verdict.contacts = {{0, Effect::deny, {}, {}, {"entry", Effect::deny, "host x", {}, {}, "Because."}, {}, {}},
                        {1, Effect::review, {}, {}, {"other", Effect::review, "host y", {}, {}, {}}, {}, {}},
                        {2, Effect::deny, "why", {}, {{}, Effect::deny, "default", {}, {}, {}}, {}, {}},
                        {3, Effect::allow, {}, {}, {"allowed", Effect::allow, "host z", {}, {}, {}}, {}, {}}};
    const Json run = Json::parse(report_to_sarif(report, &verdict, "dir/my policy.json"))["runs"][0];
    REQUIRE(run["results"].size() == 3);
    std::vector<std::string> told;
    for (const Json& result : run["results"])
        told.push_back(result["ruleId"].get<std::string>() + " " + result["kind"].get<std::string>() + " " +
                       result["level"].get<std::string>());
    CHECK(told == std::vector<std::string>{"p.entry fail error", "p.other review none", "p.default open none"});
    CHECK(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "dir/my%20policy.json");
    CHECK(run["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "Because.");
}

TEST_CASE("CycloneDX tells a flow from the service's side")
{
    Report report = five_endpoints();
    report.contacts.front().contact.in.payload_bytes = 0;
    const Json bill = Json::parse(report_to_cyclonedx(report));
    CHECK(bill["services"][0]["name"] == "pum.collector.example");
    CHECK(bill["services"][0]["data"][0]["flow"] == "inbound");
    CHECK(bill["services"][1]["data"][0]["flow"] == "bi-directional");
    CHECK(bill["services"][1]["provider"]["name"] == "Acme");
    CHECK(bill["metadata"]["component"]["name"] == "acme-coder");
}

TEST_CASE("OCSF tells a DNS message and a flow with its process, purposes and the version that the server chose")
{
    const Report report = hostile_report();
    const auto lines = lines_of(&ocsf_writer, report);
    REQUIRE(lines.size() == 3);
    const Json dns = Json::parse(lines[0]);
    CHECK(dns["class_uid"] == 4003);
    CHECK(dns["type_uid"] == 400302);
    CHECK(dns["rcode_id"] == 3);
    CHECK(dns["answers"].size() == 1);  // the other names nothing
    const Json flow = Json::parse(lines[1]);
    CHECK(flow["type_uid"] == 400106);
    CHECK(flow["duration"] == 1'500);
    CHECK(flow["tls"]["version"] == "TLS 1.3");
    CHECK(flow["actor"]["process"]["pid"] == 12);
    CHECK(flow["connection_info"]["direction_id"] == 2);
    CHECK(flow["traffic"]["bytes_out"] == 100);
    const Json gap = Json::parse(lines[2]);
    CHECK(gap["class_uid"] == 0);
    CHECK(gap["count"] == 3);
}

TEST_CASE("Zeek's lines have its words and a Community ID")
{
    const auto lines = lines_of(&zeek_writer, hostile_report());
    REQUIRE(lines.size() == 4);
    CHECK(Json::parse(lines[0])["_path"] == "dns");
    const Json hello = Json::parse(lines[1]);
    CHECK(hello["_path"] == "ssl");
    CHECK(hello["version"] == "TLSv13");
    const Json conn = Json::parse(lines[2]);
    CHECK(conn["service"] == "ssl");
    CHECK(conn["duration"] == 1.5);
    CHECK(conn["orig_bytes"] == 60);
    CHECK(conn["uid"] == hello["uid"]);
    CHECK(Json::parse(lines[3])["level"] == "Reporter::WARNING");
}

TEST_CASE("a Community ID is that of the specification's examples, whichever side is asked")
{
    Flow flow;
    flow.transport = Transport::tcp;
    flow.protocol_number = 6;
    flow.client = {*IpAddress::parse("128.232.110.120"), Port{34'855}};
    flow.server = {*IpAddress::parse("66.35.250.204"), Port{80}};
    CHECK(community_id(flow) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    std::swap(flow.client, flow.server);
    CHECK(community_id(flow) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    flow.transport = Transport::icmp;
    CHECK(community_id(flow).empty());
}

TEST_CASE("rows for ClickHouse are one of the run, and one of each contact and gap, with the columns of the definition")
{
    const Report report = five_endpoints();
    const std::string rows = report_to_clickhouse(report);
    const std::string definition = clickhouse_definition();
    std::vector<std::string> kinds;
    for (std::size_t at = 0; at < rows.size(); at = rows.find('\n', at) + 1) {
        const Json row = Json::parse(rows.substr(at, rows.find('\n', at) - at));
        kinds.push_back(row["kind"]);
        for (const auto& [name, value] : row.items()) {
            CAPTURE(name);
            CHECK(definition.contains("\n    " + name + " "));
        }
        CHECK(row["started"] == "2026-11-22 19:18:41");
    }
    CHECK(kinds ==
          std::vector<std::string>{"run", "contact", "contact", "contact", "contact", "contact", "gap", "gap", "gap"});
}

TEST_CASE("an endpoint's URI holds no character that a URI has not")
{
    CHECK(exported::endpoint_uri(contact("a.example", 1).contact) == "tcp://a.example:443");
    CHECK(exported::endpoint_uri(test::address_contact("2001:db8::1", 1).contact) == "tcp://[2001:db8::1]:443");
    CHECK(exported::endpoint_uri(contact("a b\x1b/<>", 1).contact) == "tcp://a%20b%1B/%3C%3E:443");
}
