#include "report/phase_table.h"

#include <doctest/doctest.h>

#include <vector>

#include "report/json.h"
#include "tests/report/sample_report.h"

using namespace waybill;
using namespace std::chrono_literals;

namespace {

PhaseVolume volume(std::uint32_t phase, std::uint64_t begun, std::uint64_t payload)
{
    PhaseVolume sent;
    sent.phase = phase;
    sent.flows = 1;
    sent.begun = begun;
    sent.out = {2, payload + 100, payload + 80, payload};
    sent.in = {1, 60, 40, 0};
    return sent;
}

PhaseTotal opened_by(Phase::Opening opening, std::string label, std::chrono::seconds begin, std::chrono::seconds end)
{
    PhaseTotal total;
    total.phase = {opening, std::move(label), test::start + begin, test::start + end};
    return total;
}

/// Two contacts over three phases, the last of them after the command.
Report in_phases()
{
    using enum Phase::Opening;
    RatedContact first = test::contact("api.acme.example", 1000);
    RatedContact second = test::contact("other.example", 500);
    first.contact.phases = {volume(0, 1, 300), volume(1, 0, 700)};
    second.contact.phases = {volume(1, 1, 400), volume(2, 0, 0)};
    Report report = test::capture_report({first, second});
    report.run.emplace();
    report.run->mode = NetworkMode::host;
    report.run->started = test::start;
    report.phases = {opened_by(recording, "", 0s, 10s), opened_by(mark, "signed\x1bin", 10s, 12s),
                     opened_by(command_exit, "", 12s, 15s)};
    Process daemon;
    daemon.id = 1;
    daemon.executable.path = "/usr/bin/acmed";
    report.processes = {daemon};
    report.phases.back().running = {1};
    arrange(report);
    return report;
}

}  // namespace

TEST_CASE("phases are a table: what each contacted, what was new in it, and what left at most")
{
    const PhaseLines lines = phase_lines(in_phases());
    const std::vector<std::string> table{
        "PHASE                      BEGAN  LASTED  ENDPOINTS  NEW FLOWS  PAYLOAD OUT     OUT    IN",
        "(before any mark)         +0.00s  10.0 s  1                  1        300 B   380 B  40 B",
        "signed\\x1bin             +10.00s   2.0 s  2, 1 new           1       1.1 kB  1.3 kB  80 B",
        "(the command had ended)  +12.00s   3.0 s  1                  0          0 B    80 B  40 B",
    };
    CHECK(lines.table == table);
    CHECK(lines.sentences ==
          std::vector<std::string>{"When the command had ended, still running: acmed.",
                                   "PAYLOAD OUT is the most that left in a phase, retransmissions included."});
}

TEST_CASE("where packets were lost nothing left at most, and report.json says null")
{
    Report report = in_phases();
    CHECK(report_to_json(report).contains(R"("payload_out_at_most": 300)"));
    report.gaps.push_back({GapKind::kernel_dropped, 3, "eth0"});
    CHECK(phase_lines(report).sentences.back().contains("the least that left"));
    CHECK_FALSE(report_to_json(report).contains(R"("payload_out_at_most": 300)"));
    CHECK(report_to_json(report).contains(R"("payload_out_at_most": null)"));
}

TEST_CASE("phases are shown where a mark was set, or where something was contacted when the command had ended")
{
    Report report = in_phases();
    CHECK(shows_phases(report));
    report.phases.erase(report.phases.begin() + 1);
    CHECK_FALSE(shows_phases(report));  // a connection's last packets say nothing
    report.phases.back().begun = 1;
    CHECK(shows_phases(report));
    CHECK(phase_lines(report).table[1].starts_with("(the command ran)"));
    report.phases.clear();
    CHECK_FALSE(shows_phases(report));
}
