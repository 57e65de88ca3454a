#include "report/terminal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "report/columns.h"
#include "tests/report/sample_report.h"

using namespace waybill;
using test::address_contact;
using test::capture_report;
using test::cited;
using test::contact;
using test::five_endpoints;
using test::sinkhole_report;

namespace {

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines{""};
    for (const char character : text) {
        if (character == '\n')
            lines.emplace_back();
        else
            lines.back() += character;
    }
    return lines;
}

std::string without_colors(std::string text)
{
    for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b', at))
        text.erase(at, text.find('m', at) + 1 - at);
    return text;
}

std::size_t count_of(const std::string& text, std::string_view part)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

constexpr std::string_view hostile = "a\x1b[2J\x1b]0;x\x07\r\n\t\xc2\x9b\xe2\x80\xae\xe2\x80\x8b\xff\x7f.example";

bool is_harmless(char octet)
{
    const auto value = static_cast<unsigned char>(octet);
    return (value >= 0x20 || octet == '\n') && value != 0x7f && value != 0xff;
}

/// A run, a run without contacts and a capture, with hostile text wherever text can come from outside.
std::vector<Report> hostile_reports()
{
    const std::string text{hostile};
    RatedContact rated = contact(text, 900, cited(text, {Purpose::telemetry}, text));
    rated.rating.vendor = rated.rating.domain = text;
    rated.rating.sources.front().grade = rated.rating.sources.front().read = text;
    rated.contact.other_names = {text + "2"};
    RatedContact choice = address_contact("192.0.2.9", 10);
    choice.contact.candidates = {text, "b.example"};
    std::vector<RatedContact> contacts(6, rated);
    contacts.push_back(choice);
    Report run = sinkhole_report(contacts);
    run.run->command = {text, text + "'"};
    run.run->interfaces = {{text, 0, 0}};
    run.place = text;
    run.rules.packs.front().newest_source = text;
    run.gaps = {{GapKind::torn_input, 1, text}, {GapKind::mode_limits, 1, text}};
    Report empty = run;
    empty.contacts.clear();
    Report capture = capture_report(contacts);
    capture.totals.files = {text};
    return {run, empty, capture};
}

}  // namespace

TEST_CASE("a sinkhole run shows what was attempted, those without a cited purpose first, and what cannot be said")
{
    CHECK(report_to_terminal(five_endpoints(), {}) == R"(
acme-coder -p hello                                         exit 1 · 4.2 s · sinkhole: attempts only
Attempted to contact 5 endpoints, 1 without a cited purpose
at most 34.4 kB of payload would have left · nothing lost
exit 1: in the sinkhole connections are meant to fail, so a failing command is expected.

  PURPOSE               ENDPOINT                   VENDOR  FLOWS      OUT   FIRST  NAMED BY
  no cited purpose      pum.collector.example:443  -           1   1.9 kB  +1.20s  SNI, DNS, outer
                                                                                   name only
  model-inference +1 ¹  api2.acme.example:443      Acme       18  30.6 kB  +0.28s  SNI, DNS
  name-resolution ²     203.0.113.1:80             Acme       10   4.1 kB  +0.28s  address, no DNS
  model-inference +1 ¹  center.acme.example:443    Acme        1   1.4 kB  +0.90s  SNI, DNS
  update-check ³        cdn.acme.example:443       Acme        1    200 B  +0.28s  SNI, DNS

  ¹ acme/api      Acme; vendor documentation, read 2026-10-02: Answers prompts and signs people in.
                  Purposes: model-inference, authentication; metadata cannot tell them apart.
  ² acme/httpdns  Acme; vendor documentation, read 2026-10-02: Answers names over HTTP at fixed
                  addresses.
  ³ acme/update   Acme; vendor source code, read 2026-10-02 (in a mirror of the page): Tells the
                  newest version.
  no cited purpose: not found in the sources cited by the 1 pack in force, read up to 2026-10-04
  OUT counts IP packets with their headers. What the sinkhole answered is not shown.
  no DNS: the address was used without a DNS question that gave it.
  outer name only: the name that is meant can be another one, inside the encrypted hello.

  Cross-check         packets hold 38.2 kB of IP, the kernel counted 38.2 kB (interface eth0,
                      interface lo): difference 0
  Not seen            1 flow whose name can be an outer one (ECH); limits which name
                      sinkhole: attempted contacts only, nobody was reached; limits what happens
                      after the first contact
                      without effect on what is said here: the network is confined, files are not
  Cannot be answered  what was inside the encrypted connections
                      what the tool computes locally
                      whether the tool identifies its users: a marker inside an encrypted request is
                      invisible here; a clean report must not be cited against such an allegation

  next  waybill rules explain pum.collector.example
        waybill rules show acme/api
        waybill analyze acme-case --format json
)");
}

TEST_CASE("where the terminal is narrow a row takes two lines and nothing is shortened that fits")
{
    TerminalStyle narrow;
    narrow.columns = 60;
    CHECK(report_to_terminal(five_endpoints(), narrow) == R"(
acme-coder -p hello
exit 1 · 4.2 s · sinkhole: attempts only
Attempted to contact 5 endpoints, 1 without a cited purpose
at most 34.4 kB of payload would have left · nothing lost
exit 1: in the sinkhole connections are meant to fail, so a
failing command is expected.

  PURPOSE               ENDPOINT
  no cited purpose      pum.collector.example:443
      1 flow · out 1.9 kB · first +1.20s · SNI, DNS, outer
      name only
  model-inference +1 ¹  api2.acme.example:443
      18 flows · out 30.6 kB · first +0.28s · Acme · SNI,
      DNS
  name-resolution ²     203.0.113.1:80
      10 flows · out 4.1 kB · first +0.28s · Acme · address,
      no DNS
  model-inference +1 ¹  center.acme.example:443
      1 flow · out 1.4 kB · first +0.90s · Acme · SNI, DNS
  update-check ³        cdn.acme.example:443
      1 flow · out 200 B · first +0.28s · Acme · SNI, DNS

  ¹ acme/api
    Acme; vendor documentation, read 2026-10-02: Answers
    prompts and signs people in. Purposes: model-inference,
    authentication; metadata cannot tell them apart.
  ² acme/httpdns
    Acme; vendor documentation, read 2026-10-02: Answers
    names over HTTP at fixed addresses.
  ³ acme/update
    Acme; vendor source code, read 2026-10-02 (in a mirror
    of the page): Tells the newest version.
  no cited purpose: not found in the sources cited by the 1
  pack in force, read up to 2026-10-04
  OUT counts IP packets with their headers. What the
  sinkhole answered is not shown.
  no DNS: the address was used without a DNS question that
  gave it.
  outer name only: the name that is meant can be another
  one, inside the encrypted hello.

  Cross-check
    packets hold 38.2 kB of IP, the kernel counted 38.2 kB
    (interface eth0, interface lo): difference 0
  Not seen
    1 flow whose name can be an outer one (ECH); limits
    which name
    sinkhole: attempted contacts only, nobody was reached;
    limits what happens after the first contact
    without effect on what is said here: the network is
    confined, files are not
  Cannot be answered
    what was inside the encrypted connections
    what the tool computes locally
    whether the tool identifies its users: a marker inside
    an encrypted request is invisible here; a clean report
    must not be cited against such an allegation

  next  waybill rules explain pum.collector.example
        waybill rules show acme/api
        waybill analyze acme-case --format json
)");
}

TEST_CASE("a report without contacts says what was recorded, and shows no empty table")
{
    Report report = sinkhole_report({});
    report.totals.packets = 2;
    report.totals.flows = 0;
    report.totals.dns_messages = 0;
    const std::string text = report_to_terminal(report, {});
    CHECK(text.contains("Attempted to contact no endpoint"));
    CHECK(
        text.contains("  No contact was attempted in the 4.2 s of this run, as far as it could be recorded.\n"
                      "  Recorded: 2 packets on eth0, lo, 0 flows, 0 DNS messages; none known to be dropped.\n"));
    CHECK_FALSE(text.contains("PURPOSE"));
    CHECK_FALSE(text.contains("IP packets"));
    CHECK(text.contains("next  waybill analyze acme-case --format json"));

    report = capture_report({});
    report.totals.packets = 0;
    CHECK(report_to_terminal(report, {}).contains("  This capture holds no packet.\n"));

    report.gaps = {{GapKind::torn_input, 1, "at octet 24"}};
    CHECK(report_to_terminal(report, {}).contains("that none was seen does not say that there was none"));
}

TEST_CASE("several names that DNS answers allow are told, and none of them is chosen")
{
    auto rated = address_contact("192.0.2.7", 500);
    rated.contact.resolution = Resolution::answered;
    rated.contact.candidates = {"a.example", "b.example", "c.example", "d.example"};
    const Report report = capture_report({rated});
    const std::string text = report_to_terminal(report, {});
    CHECK(text.contains("192.0.2.7:443"));
    CHECK(text.contains("one of 4 names\n"));
    CHECK(text.contains("one of: a.example, b.example and 2 more\n"));
    TerminalStyle all;
    all.all = true;
    CHECK(report_to_terminal(report, all).contains("one of: a.example, b.example, c.example, d.example\n"));
}

TEST_CASE("further names of the same flows are told below the row")
{
    auto rated = contact("front.example", 500);
    rated.contact.other_names = {"inner.example", "198.18.0.1"};
    CHECK(report_to_terminal(capture_report({rated}), {}).contains("also named: inner.example\n"));
}

TEST_CASE("a capture is told with its packets, its length and both directions")
{
    const std::string text = report_to_terminal(capture_report({contact("api.example", 2'000)}), {});
    const auto lines = lines_of(text);
    CHECK(lines[0] == "lab.pcapng" + std::string(60, ' ') + "capture · 120 packets · 12.0 s");
    CHECK(lines[1] ==
          "Contacted 1 endpoint, 1 without a cited purpose · at most 1.8 kB of payload went out · nothing lost");
    CHECK(text.contains("  no cited purpose  api.example:443  -           1  2.0 kB  1.0 kB  +0.28s  SNI, DNS\n"));
    CHECK(text.contains("  OUT and IN count IP packets with their headers.\n"));
}

TEST_CASE("lost input stands in the summary and first among what was not seen")
{
    Report report = five_endpoints();
    report.gaps.push_back({GapKind::kernel_dropped, 12, "eth0"});
    const std::string text = report_to_terminal(report, {});
    CHECK(text.contains("input was lost, see Not seen"));
    CHECK_FALSE(text.contains("nothing lost"));
    CHECK(
        text.contains("  Not seen            12 packets dropped by the capture's buffer (eth0); limits every claim\n"));
}

TEST_CASE("nothing that came from outside reaches the terminal raw")
{
    for (const Report& report : hostile_reports())
        for (const unsigned columns : {60U, 100U, 140U})
            for (const bool all : {false, true}) {
                const std::string text = report_to_terminal(report, {false, all, columns});
                CHECK(std::ranges::all_of(text, is_harmless));
                for (const char* const raw : {"\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\x8b"})
                    CHECK_FALSE(text.contains(raw));
                CHECK(text.contains("\\x1b[2J"));
            }
}

TEST_CASE("no line of a table is wider than the terminal, whatever the names")
{
    const std::string label(63, 'a');
    RatedContact rated = contact(label + "." + label + ".example", 900,
                                 cited("acme/" + label, {Purpose::extension_marketplace, Purpose::telemetry}, label));
    rated.rating.vendor = "Acme Incorporated of Somewhere Else";
    rated.contact.out.ip_bytes = 999'900'000;
    rated.contact.in.ip_bytes = 999'900'000;
    rated.contact.flow_count = 100'000;
    rated.contact.outer_name_only = 3;
    rated.contact.tunnelled = true;
    rated.contact.other_names = {label + ".one.example", label + ".two.example"};
    const RatedContact wide = contact("名前.例え.テスト名前.例え.テスト", 900);
    const std::vector<RatedContact> contacts{rated, wide, address_contact("2001:db8:1234:5678:9abc:def0:1234:5678", 9)};
    for (const Report& report : {sinkhole_report(contacts), capture_report(contacts)})
        for (unsigned columns = 60; columns <= 140; ++columns) {
            CAPTURE(columns);
            TerminalStyle style;
            style.columns = columns;
            const std::string text = report_to_terminal(report, style);
            for (const std::string& line : lines_of(text.substr(0, text.find("  next")))) {
                CAPTURE(line);
                CHECK(display_width(line) <= columns);
            }
        }
}

TEST_CASE("with --all no name is shortened and nothing folds")
{
    const std::string host = std::string(63, 'a') + "." + std::string(63, 'b') + ".example";
    std::vector<RatedContact> contacts{contact(host, 900)};
    for (int i = 0; i < 60; ++i)
        contacts.push_back(contact("h" + std::to_string(i) + ".acme.example", 100,
                                   cited("acme/api", {Purpose::telemetry}, "Takes events.")));
    TerminalStyle all;
    all.all = true;
    for (const unsigned columns : {60U, 100U}) {
        all.columns = columns;
        const std::string text = report_to_terminal(capture_report(contacts), all);
        CHECK(text.contains(host + ":443"));
        CHECK(count_of(text, ".acme.example:443") == 60);
        CHECK_FALSE(text.contains("…"));
        CHECK_FALSE(text.contains("more"));
    }
}

TEST_CASE("colours are an aid: without them the text is the same")
{
    for (const unsigned columns : {60U, 100U}) {
        const std::string plain = report_to_terminal(five_endpoints(), {false, false, columns});
        const std::string colored = report_to_terminal(five_endpoints(), {true, false, columns});
        CHECK_FALSE(plain.contains('\x1b'));
        CHECK(colored.contains('\x1b'));
        CHECK(without_colors(colored) == plain);
    }
}

TEST_CASE("many endpoints of one rule and domain fold, and what is not listed is summed up")
{
    std::vector<RatedContact> contacts;
    contacts.reserve(56);
    for (std::uint64_t i = 0; i < 6; ++i)
        contacts.push_back(contact("h" + std::to_string(i) + ".acme.example", 1'000 * (6 - i),
                                   cited("acme/api", {Purpose::telemetry}, "Takes events.")));
    for (int i = 0; i < 50; ++i)
        contacts.push_back(address_contact("192.0.2." + std::to_string(i), 100));
    const std::string text = report_to_terminal(sinkhole_report(contacts), {});
    CHECK(text.contains("h0.acme.example:443"));
    CHECK(text.contains("h1.acme.example:443"));
    CHECK_FALSE(text.contains("h2.acme.example:443"));
    CHECK(text.contains("telemetry ¹       + 4 more at acme.example  Acme        4  10.0 kB  +0.28s  see --all\n"));
    CHECK(text.contains("no cited purpose  + 13 more endpoints       -          13   1.3 kB  +0.28s  see --all\n"));
    CHECK(count_of(text, "192.0.2.") == 37 + 1);  // the rows, and a command
    CHECK(text.contains("waybill analyze acme-case --all\n"));
}

TEST_CASE("evenly spaced flows are told as their interval")
{
    RatedContact rated = contact("beat.example", 500);
    rated.contact.flow_count = 5;
    rated.contact.intervals = Intervals{std::chrono::milliseconds{59'950}, std::chrono::seconds{60},
                                        std::chrono::milliseconds{60'040}, std::chrono::seconds{60}};
    CHECK(report_to_terminal(sinkhole_report({rated}), {}).contains("SNI, DNS, every 60.0 s"));
    rated.contact.intervals->longest = std::chrono::seconds{90};
    CHECK_FALSE(report_to_terminal(sinkhole_report({rated}), {}).contains("every"));
}

TEST_CASE("the same report gives the same text")
{
    CHECK(report_to_terminal(five_endpoints(), {}) == report_to_terminal(five_endpoints(), {}));
}

TEST_CASE("beside programs IN gives way where there is no room for it, the legend says so, and --all has it")
{
    Report report = capture_report({contact("a-rather-long-name.example", 1000)});
    report.contacts.front().contact.owner = {1, MatchQuality::exact, {}};
    Process process;
    process.id = 1;
    process.executable.path = "/usr/bin/acme-coder";
    report.processes = {process};
    const auto text = [&](unsigned columns, bool all) {
        TerminalStyle style;
        style.columns = columns;
        style.all = all;
        return report_to_terminal(report, style);
    };
    CHECK(text(140, false).contains("acme-coder"));
    CHECK(text(140, false).contains("OUT and IN count"));
    const std::string narrow = text(94, false);
    CHECK(narrow.contains("OUT counts IP packets with their headers; --all shows what came in, too."));
    CHECK(narrow.find(" IN ") == std::string::npos);
    CHECK(narrow.contains(" BY "));
    CHECK(text(94, true).contains("in 1.0 kB"));
}
