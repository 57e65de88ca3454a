#include "cli/build_report.h"

#include <utility>

#include "cli/rule_folders.h"

namespace waybill {
std::expected<Rules, Failure> load_rules(const std::vector<std::filesystem::path>& folders)
{
    const auto found = find_rule_folders(folders);
    if (!found)
        return std::unexpected(found.error());
    auto book = rules::RuleBook::read(*found);
    if (!book)
        return std::unexpected(Failure{ExitCode::bad_rules, book.error().text()});
    auto suffixes = rules::PublicSuffixList::system();
    if (!suffixes)
        return std::unexpected(Failure{
            ExitCode::bad_rules, "no public suffix list, by which registrable domains are told; install publicsuffix"});
    return Rules{*std::move(book), *std::move(suffixes)};
}

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
        report.gaps.push_back(std::move(gap));
    for (Gap& gap : result.analysis.gaps.gaps())
        report.gaps.push_back(std::move(gap));
    for (const Gap& gap : report.gaps)
        if (gap.kind == GapKind::kernel_dropped || gap.kind == GapKind::interface_dropped)
            report.totals.dropped += gap.count;
    report.contacts.reserve(result.analysis.contacts.size());
    for (Contact& contact : result.analysis.contacts) {
        Rating rating = rules::rate(contact, rules.book, rules.suffixes);
        report.contacts.emplace_back(std::move(contact), std::move(rating));
    }
    report.rules = rules::identity(rules.book, rules.suffixes, subject.digests);
    report.run = std::move(subject.run);
    report.processes = std::move(subject.processes);
    report.findings = std::move(subject.findings);
    report.delegations = std::move(subject.delegations);
    arrange(report);
    return report;
}

}  // namespace waybill
