#include <doctest/doctest.h>
#include <fmt/format.h>

#include <span>
#include <string>

#include "base/base64.h"
#include "base/digest.h"
#include "report/html/constants.h"
#include "report/html/page.h"
#include "report/json.h"
#include "tests/report/sample_report.h"

using namespace waybill;
using test::address_contact;
using test::capture_report;
using test::cited;
using test::contact;
using test::five_endpoints;
using test::sinkhole_report;

namespace {

Bytes octets(std::string_view text)
{
    return std::as_bytes(std::span{text});
}

std::size_t count(std::string_view text, std::string_view part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

/// Whether the parts stand in the text in this order.
bool holds_in_order(std::string_view text, std::initializer_list<std::string_view> parts)
{
    std::size_t at = 0;
    for (const std::string_view part : parts) {
        at = text.find(part, at);
        if (at == std::string_view::npos) {
            MESSAGE("not there, or not in this order: " << std::string{part});
            return false;
        }
        at += part.size();
    }
    return true;
}

Process process(std::uint64_t id, std::string path)
{
    Process made;
    made.id = id;
    made.pid = static_cast<std::uint32_t>(1'000 + id);
    made.executable = {std::move(path), std::string(64, 'b')};
    made.arguments = {"acme", "--serve"};
    made.start = made.began = test::start;
    return made;
}

/// As large as reports of whole builds are: endpoints of several programs, some cited, and all packs.
Report large_report(unsigned endpoints)
{
    constexpr unsigned programs = 12;
    constexpr unsigned packs = 150;
    std::vector<RatedContact> contacts;
    for (unsigned i = 0; i < endpoints; ++i) {
        RatedContact rated = contact(fmt::format("node-{}.region-{}.collector.example", i, i % 7), 700 + i * 31);
        if (i % 3 != 0) {
            rated.rating = cited(fmt::format("acme/service-{}", i % 40), {all_purposes.at(i % all_purposes.size() / 2)},
                                 "Takes what the tool sends while it works, as the page says.");
            rated.rating.sources.front().paraphrase = "The page lists the host among those that must be reachable.";
        }
        rated.contact.owner.process = 1 + i % programs;
        rated.contact.first += std::chrono::milliseconds{i * 13};
        rated.contact.last = rated.contact.first + std::chrono::seconds{2};
        rated.contact.packets = {0, 0, 10 + i * 9, 18 + i * 9};
        contacts.push_back(std::move(rated));
    }
    Report report = sinkhole_report(std::move(contacts));
    for (unsigned i = 1; i <= programs; ++i)
        report.processes.push_back(process(i, fmt::format("/opt/acme/bin/tool-{}", i)));
    for (unsigned i = 0; i < packs; ++i)
        report.rules.packs.push_back({fmt::format("vendor-{}", i), "2026-11-01", std::string(64, 'c'), "2026-10-04"});
    return report;
}

}  // namespace

TEST_CASE("the page tells a report in the order in which people ask, in the words of the terminal")
{
    const std::string page = report_to_html(five_endpoints(), {});
    CHECK(holds_in_order(page, {"<!DOCTYPE html>",
                                "acme-coder -p hello",
                                "<h1>Attempted to contact 5 endpoints, 1 without a cited purpose",
                                "at most 34.4 kB of payload would have left",
                                "nothing lost",
                                "What was recorded",
                                "What for",
                                "no cited purpose",
                                "model-inference, authentication",
                                "pum.collector.example:443",
                                "api2.acme.example:443",
                                "Who says what for",
                                "acme/api",
                                "vendor documentation, read 2026-10-02",
                                "By which program",
                                "When",
                                "How much",
                                "Method",
                                "Limits",
                                "Cannot be answered",
                                "a clean report must not be cited",
                                "How to verify"}));
    CHECK(page.contains("203.0.113.1:80"));
    CHECK(page.contains("outer name only"));
    CHECK(page.contains("read via a mirror"));
    for (const char* const word : {"leaked", "suspicious", "undocumented", "Contacted 5"})
        CHECK_FALSE(page.contains(word));
}

TEST_CASE("of what was contacted in earnest the page says contacted, went out and what came in")
{
    const std::string page = report_to_html(capture_report({contact("a.example", 1'000)}), {});
    CHECK(holds_in_order(page, {"<h1>Contacted 1 endpoint", "went out", ">Out<", ">In<"}));
    CHECK_FALSE(page.contains("would have left"));
}

TEST_CASE("the page's policy permits its own style and script by their digests and nothing else")
{
    const std::string page = report_to_html(five_endpoints(), {});
    const std::string style = to_base64(sha256(octets(html::page_style())));
    const std::string script = to_base64(sha256(octets(html::page_script())));
    CHECK(
        page.contains(fmt::format("content=\"default-src &#39;none&#39;; style-src &#39;sha256-{}&#39;; script-src "
                                  "&#39;sha256-{}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;\"",
                                  style, script)));
    CHECK(page.contains(fmt::format("<style>{}</style>", html::page_style())));
    CHECK(page.contains(fmt::format("<script>{}</script>", html::page_script())));
    CHECK(count(page, "<script") == 1);
    CHECK(count(page, "<style") == 1);
    CHECK_FALSE(page.contains(" style=\""));
    CHECK_FALSE(page.contains(" src="));
    CHECK_FALSE(page.contains("<link"));
}

TEST_CASE("the same report gives the same page, wherever it lies, with the digest of its report.json")
{
    Report report = five_endpoints();
    const std::string page = report_to_html(report, {});
    report.place = "elsewhere";
    CHECK(report_to_html(report, {}) == page);
    CHECK(page.contains(sha256_hex(octets(report_to_json(report)))));
    report.contacts.front().contact.out.ip_bytes += 1;
    CHECK(report_to_html(report, {}) != page);
}

TEST_CASE("a page of 200 endpoints stays below 300 kB, and one of thousands sums up what it does not list")
{
    constexpr std::size_t bound = 300'000;
    const std::string page = report_to_html(large_report(200), {});
    CHECK(page.size() < bound);
    MESSAGE("200 endpoints: " << page.size() << " octets");
    CHECK(count(page, "frames ") == 200);
    const std::string many = report_to_html(large_report(3'000), {});
    CHECK(count(many, "frames ") == 400);
    CHECK(many.contains("more endpoints"));
    CHECK(count(report_to_html(large_report(3'000), {true}), "frames ") == 3'000);
}

TEST_CASE("what comes at even intervals is told with how much it varies")
{
    RatedContact beat = contact("beat.example", 900);
    beat.contact.flow_count = 9;
    using std::chrono::milliseconds;
    beat.contact.intervals =
        Intervals{milliseconds{9'900}, milliseconds{10'000}, milliseconds{10'300}, milliseconds{10'010}};
    const std::string page = report_to_html(capture_report({beat}), {});
    CHECK(page.contains("every 10.0 s, varying by 400 ms"));
    CHECK(page.contains("span rhythm"));
}

TEST_CASE("marks stand in the time line, in a table, and before the first one in a sentence")
{
    Report report = sinkhole_report({contact("a.example", 1'000)});
    const Timestamp signed_in = test::start + std::chrono::seconds{2};
    report.phases.resize(2);
    report.phases[0].phase = {Phase::Opening::recording, {}, test::start, signed_in};
    report.phases[1].phase = {Phase::Opening::mark, "signed <in>", signed_in, test::start + std::chrono::seconds{4}};
    report.contacts.front().contact.phases = {{0, 1, 1, {1, 1, 1, 900}, {}}};
    arrange(report);
    const std::string page = report_to_html(report, {});
    CHECK(holds_in_order(page, {"Before the mark &#39;signed &lt;in&gt;&#39;: attempted to contact 1 endpoint, at most "
                                "900 B of payload would have left",
                                "mark-word", "signed &lt;in&gt;</text>", "What was contacted in each phase"}));
}

TEST_CASE("lost input is told in the first lines, and whole packets are told large")
{
    Report report = sinkhole_report({contact("a.example", 1'000)});
    report.gaps.push_back({GapKind::kernel_dropped, 12, {}});
    report.run->trimmed = false;
    const std::string page = report_to_html(report, {});
    CHECK(holds_in_order(page, {"input was lost", "it holds more than metadata", "What was recorded", "12 packets"}));
}

TEST_CASE("a report without a contact is a whole page, too")
{
    const std::string page = report_to_html(sinkhole_report({}), {});
    CHECK(holds_in_order(page, {"<h1>Attempted to contact no endpoint", "No contact was attempted", "Method",
                                "Cannot be answered", "</html>"}));
    CHECK_FALSE(page.contains("<table id=\"endpoints-table\""));
}

TEST_CASE("a verdict stands in the first lines and in the findings, with what decided")
{
    const Report report = five_endpoints();
    Verdict verdict;
    verdict.policy = "ours<b>";
    verdict.title = "Ours";
    verdict.version = "2026-11-01";
    verdict.digest = std::string(64, 'd');
    JudgedContact judged;
    judged.effect = Effect::deny;
    judged.by = {"no-collectors", Effect::deny, "host pum.collector.example", "an exact host", "", "said \"no\""};
    verdict.contacts = {judged};
    const std::string page = report_to_html(report, {false, &verdict});
    CHECK(holds_in_order(page,
                         {"1 violation of policy ours&lt;b&gt;", "What was recorded", "id=\"findings\"",
                          "pum.collector.example:443", "deny", "no-collectors", "said &quot;no&quot;", "from packet"}));
    CHECK_FALSE(report_to_html(report, {}).contains("id=\"findings\""));
}

TEST_CASE("hostile text is text in every place of the page")
{
    const std::string hostile = "\"'><img src=x onerror=alert(1)></script></style>\x1b]8;;\u202e\xff";
    RatedContact rated = contact(hostile, 1'000, cited(hostile, {Purpose::telemetry}, hostile));
    rated.rating.vendor = rated.rating.why = rated.rating.domain = hostile;
    rated.rating.sources.front() = {hostile, "javascript:" + hostile, hostile, hostile, hostile, hostile, 3};
    rated.contact.other_names = {hostile};
    rated.contact.owner.process = 1;
    Report report = sinkhole_report({rated});
    Process owner = process(1, hostile);
    owner.arguments = {hostile, hostile};
    owner.cgroup = owner.working_directory = hostile;
    report.processes = {owner};
    report.run->command = {hostile};
    report.run->working_directory = report.run->kernel = hostile;
    report.run->interfaces = {{hostile, 1, 0, 0}};
    report.run->set_environment = report.run->masked_sockets = {hostile};
    report.totals.files = {hostile};
    report.gaps.push_back({GapKind::mode_limits, 1, hostile});
    report.rules.packs.front().id = hostile;
    report.rules.public_suffix_list = hostile;
    const std::string page = report_to_html(report, {});
    CHECK(count(page, "<img") == 0);
    CHECK(count(page, "</script>") == 1);
    CHECK(count(page, "</style>") == 1);
    CHECK(count(page, "&lt;img src=x onerror=alert(1)&gt;") > 15);
    for (const char* const part : {"\x1b", "\u202e", "\xff", "href=\"javascript"})
        CHECK_FALSE(page.contains(part));
}
