#include "cli/build_report.h"

#include <algorithm>
#include <set>
#include <utility>

#include "cli/rule_folders.h"
#include "report/proxy_words.h"

namespace waybill {
namespace {

/// Ids of the processes that ran at a moment: of each the program that it ran then.
std::vector<std::uint64_t> running_at(const std::vector<Process>& processes, Timestamp moment)
{
    std::set<std::uint64_t> over;
    for (const Process& process : processes)
        if (process.previous != 0 && process.began <= moment)
            over.insert(process.previous);
    std::vector<std::uint64_t> running;
    for (const Process& process : processes)
        if (process.began <= moment && (!process.ended || *process.ended > moment) && !over.contains(process.id))
            running.push_back(process.id);
    return running;
}

/// Puts the phases of a case into its report; the last one goes on as long as there are packets.
void add_phases(Report& report, std::vector<Phase> phases)
{
    if (phases.size() < 2)
        return;
    Timestamp& end = phases.back().end;
    end = std::max(end, report.totals.last.value_or(end));
    for (Phase& phase : phases) {
        PhaseTotal& total = report.phases.emplace_back();
        if (phase.opening == Phase::Opening::command_exit)
            total.running = running_at(report.processes, phase.begin);
        total.phase = std::move(phase);
    }
}

constexpr Port dns_port{53};

std::vector<OutsideRequest> answered_requests(const std::vector<Delegation>& delegations)
{
    std::vector<OutsideRequest> requests;
    for (const Delegation& each : delegations)
        if (each.outcome == LocalSocketOutcome::answered && each.server.port != dns_port)  // a resolver is asked by all
            requests.push_back({each.process, each.path.empty() ? place_text(each.server) : each.path,
                                each.listener_pid, each.listener});
    return requests;
}

/// A recording that ended tells of its drops itself, once: its files say the same.
bool tells_drops(const std::optional<Run>& run)
{
    return run && std::ranges::any_of(run->interfaces, [](const InterfaceRecord& interface) {
               return interface.dropped != 0 || interface.interface_dropped != 0;
           });
}

/// What stays on the machine is how others are asked.
OwnContacts own_contacts(const std::vector<RatedContact>& contacts)
{
    const bool has_some = std::ranges::any_of(
        contacts, [](const RatedContact& rated) { return !is_loopback(rated.contact.endpoint.address); });
    return has_some ? OwnContacts::some : OwnContacts::none;
}

/// Of each package whose files changed while a process ran from them.
void add_changed_packages(Report& report)
{
    const auto runs = [&](const Contact& contact, const PackageTree& tree) {
        const std::uint64_t id = contact.owner.process;
        return id != 0 && id <= report.processes.size() && report.processes[id - 1].package_root == tree.root;
    };
    for (std::size_t at = 0; at < report.package_trees.size(); ++at) {
        const PackageTree& tree = report.package_trees[at];
        if (tree.change_count == 0)
            continue;
        Finding finding;
        finding.kind = FindingKind::package_changed;
        finding.tree = at;
        for (const RatedContact& rated : report.contacts)
            if (runs(rated.contact, tree)) {
                finding.contacts.push_back(rated.contact.id);
                finding.flows += rated.contact.flow_count;
            }
        std::ranges::sort(finding.contacts);
        report.findings.push_back(std::move(finding));
    }
}

}  // namespace

Report build_report(ReadResult result, const Rules& rules, Subject subject)
{
    Report report;
    const AnalysisTotals& totals = result.analysis.totals;
    report.totals = {totals.packets,      totals.wire_bytes, 0,           totals.flows,
                     totals.dns_messages, totals.first,      totals.last, {}};
    report.totals.files = std::move(subject.names);
    if (subject.run)
        report.gaps = subject.run->gaps;
    for (Gap& gap : gaps_of(result.notes))
        if (gap.kind != GapKind::interface_dropped || !tells_drops(subject.run))
            report.gaps.push_back(std::move(gap));
    for (Gap& gap : result.analysis.gaps.gaps())
        report.gaps.push_back(std::move(gap));
    for (const Gap& gap : report.gaps)
        if (gap.kind == GapKind::kernel_dropped || gap.kind == GapKind::interface_dropped)
            report.totals.dropped += gap.count;
    const rules::Date day = rules::last_day(subject.run, report.totals);
    report.contacts.reserve(result.analysis.contacts.size());
    for (Contact& contact : result.analysis.contacts) {
        Rating rating = rules::rate(contact, rules.book, rules.suffixes, day);
        report.contacts.emplace_back(std::move(contact), std::move(rating));
    }
    if (subject.run && result.recorded)
        report.cross_check = cross_check(subject.run->counters, *result.recorded);
    if (report.cross_check)
        if (auto gap = gap_of(*report.cross_check))
            report.gaps.push_back(*std::move(gap));
    report.rules = rules::identity(rules.book, rules.suffixes, subject.digests);
    report.run = std::move(subject.run);
    report.processes = std::move(subject.processes);
    add_phases(report, std::move(subject.phases));
    report.package_trees = std::move(subject.package_trees);
    report.findings = std::move(subject.findings);
    add_changed_packages(report);
    report.delegations = std::move(subject.delegations);
    if (report.run && report.run->mode != NetworkMode::interface)  // else there is no command
        report.hand_over =
            find_hand_over(answered_requests(report.delegations), report.processes, own_contacts(report.contacts));
    arrange(report);
    return report;
}

}  // namespace waybill
