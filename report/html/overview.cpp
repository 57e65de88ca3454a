// What a stranger reads first (declared in report/html/sections.h).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/columns.h"
#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/phase_table.h"
#include "report/units.h"
#include "report/verdict_text.h"
#include "report/words.h"

namespace waybill::html {
namespace {

/// The sentence, whose first part says most.
Html headline(std::string_view sentence)
{
    constexpr std::string_view dot = " · ";
    const std::size_t end = std::min(sentence.find(dot), sentence.size());
    Html content = text(sentence.substr(0, end));
    if (end < sentence.size())
        content += element("span", {{"class", "between"}}, dot) +
                   element("span", {{"class", "more"}}, sentence.substr(end + dot.size()));
    return element("h1", content) + line_end();
}

Html note(std::string_view kind, std::string_view sentence)
{
    if (sentence.empty())
        return {};
    return element("p", {{"class", std::string{kind}}}, sentence) + line_end();
}

std::string day_text(const Report& report)
{
    const std::string at = to_rfc3339(beginning_of(report));  // 2026-11-22T19:18:41.…
    return fmt::format("{} {} UTC", at.substr(0, 10), at.substr(11, 5));
}

/// How many of all flows: those of contacts that have the property, in each of which `count` says how many.
template <typename Count>
std::string flows_with(const Report& report, Count count)
{
    std::uint64_t all = 0;
    std::uint64_t some = 0;
    for (const RatedContact& rated : report.contacts) {
        all += rated.contact.flow_count;
        some += count(rated.contact);
    }
    const double share = all == 0 ? 0 : 100.0 * static_cast<double>(some) / static_cast<double>(all);
    return some == 0 ? fmt::format("none of {}", count_text(all, "flow", "flows"))
                     : fmt::format("{} of {} ({:.1f} %)", some, count_text(all, "flow", "flows"), share);
}

/// Whether a name could have been seen and was not: resolvers and local addresses are contacted without one.
bool is_nameless(const Contact& contact)
{
    return !contact.endpoint.host && contact.resolution != Resolution::resolver &&
           contact.resolution != Resolution::local;
}

Html fact(std::string_view name, std::string_view kind, const Html& content)
{
    const Html inside = element("dt", name) + element("dd", content);
    return (kind.empty() ? element("div", inside) : element("div", {{"class", std::string{kind}}}, inside)) +
           line_end();
}

/// What of the flows is not known, each as a share of all.
Html shares(const Report& report)
{
    const auto unowned = [](const Contact& contact) { return contact.owner.process == 0 ? contact.flow_count : 0; };
    const auto nameless = [](const Contact& contact) { return is_nameless(contact) ? contact.flow_count : 0; };
    const auto outer = [](const Contact& contact) { return contact.outer_name_only; };
    return fact("Without an owner", "",
                text(report.processes.empty() ? "owners were not recorded" : flows_with(report, unowned))) +
           fact("By address alone", "", text(flows_with(report, nameless))) +
           fact("Outer name only", "", text(flows_with(report, outer)));
}

Html lost_fact(const Report& report)
{
    if (!report.lost_input())
        return fact("Lost", "", text("nothing"));
    std::vector<std::string> lost;
    for (const Gap& gap : report.gaps)
        if (describe(gap.kind).lost_input)
            lost.push_back(gap_text(gap));
    return fact("Lost", "loud", list(lost, ""));
}

Html not_seen_fact(const Report& report)
{
    const auto limiting = std::ranges::count_if(report.gaps, [](const Gap& gap) {
        return std::ranges::any_of(describe(gap.kind).affects, [](bool affected) { return affected; });
    });
    if (limiting == 0)
        return fact("Not seen", "", text("nothing, as far as is known"));
    return fact("Not seen", "",
                link_to("limits", {},
                        text(count_text(static_cast<std::uint64_t>(limiting), "limit of what is said here",
                                        "limits of what is said here"))));
}

}  // namespace

Html overview(const PageSubject& subject)
{
    constexpr std::size_t subject_columns = 160;
    const Report& report = subject.report;
    Html content = element("p", {{"class", "brand"}},
                           element("b", "Waybill") + text(" · outbound traffic of ") +
                               element("code", shortened(subject_text(report), subject_columns)) +
                               text(" · " + circumstances(report) + " · " + day_text(report))) +
                   line_end();
    content += headline(summary_sentence(report));
    if (subject.verdict != nullptr)
        content +=
            element("p", {{"class", "verdict"}}, link_to("findings", {}, text(verdict_sentence(*subject.verdict)))) +
            line_end();
    content += note("lead", before_mark_sentence(report));
    if (report.run && !report.run->trimmed)
        content += note("loud", "The recording kept whole packets (--keep full): it holds more than metadata.");
    content += note("loud", hand_over_note(report));
    content += note("facts", recipe_note(report));
    content += note("facts", failure_note(report));
    return content;
}

Html completeness(const PageSubject& subject)
{
    const Report& report = subject.report;
    const ReportTotals& totals = report.totals;
    Html facts = fact("Recorded", "",
                      text(fmt::format("{}, {}, {}", count_text(totals.packets, "packet", "packets"),
                                       count_text(totals.flows, "flow", "flows"),
                                       count_text(totals.dns_messages, "DNS message", "DNS messages"))));
    facts += lost_fact(report);
    if (!report.contacts.empty())
        facts += shares(report);
    if (const std::string compared = cross_check_sentence(report); !compared.empty())
        facts += fact("Cross-check", "", text(compared));
    facts += not_seen_fact(report);
    return section("completeness", "What was recorded", element("dl", {{"class", "facts"}}, line_end() + facts));
}

}  // namespace waybill::html
