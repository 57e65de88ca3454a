// What a policy says, and what is found beside the contacts (declared in report/html/sections.h).
#include <fmt/format.h>

#include "report/finding_words.h"
#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/units.h"
#include "report/verdict_words.h"

namespace waybill::html {
namespace {

constexpr std::size_t most_rows = 200;

Html heading(std::string_view words)
{
    return element("h3", words) + line_end();
}

Html judged_table(const std::vector<JudgedGroup>& groups, const Report& report)
{
    std::vector<TableRow> rows;
    for (std::size_t i = 0; i < std::min(groups.size(), most_rows); ++i) {
        const JudgedWords words = judged_words(groups[i], report, VerdictDetail::findings);
        TableRow row{{{element("code", words.endpoint)}}, words.effect};
        row.cells.push_back({element("b", {{"class", "effect " + words.effect}}, words.effect)});
        row.cells.push_back(cell(words.purposes));
        row.cells.push_back(cell(words.by));
        row.cells.push_back({list(words.lines, "plain")});
        rows.push_back(std::move(row));
    }
    const TableHead head{"findings-table",
                         "findings",
                         "Contacts that the policy denies, wants reviewed, or cannot judge",
                         {{"Endpoint"}, {"Policy says"}, {"Purpose"}, {"By"}, {"Why, how much, and where to look"}},
                         TableHead::Use::sortable};
    Html content = table(head, rows);
    if (groups.size() > most_rows)
        content += element("p", {{"class", "legend"}},
                           fmt::format("{} more are listed by waybill check.", groups.size() - most_rows));
    return content;
}

Html verdict_part(const Verdict& verdict, const Report& report)
{
    Html content = heading("By the policy");
    content += element("p", {{"class", "lead"}}, verdict_sentence(verdict)) + line_end();
    content += element("p", {{"class", "facts"}}, policy_identity(verdict)) + line_end();
    const auto groups = judged_groups(verdict, report, VerdictDetail::findings);
    if (!groups.empty())
        content += judged_table(groups, report);
    std::vector<std::string> sentences;
    sentences.reserve(verdict.limits.size());
    for (const JudgedLimit& limit : verdict.limits)
        sentences.push_back(limit_sentence(limit));
    for (const std::string& sentence : idle_entries(verdict))
        sentences.push_back(sentence);
    if (!sentences.empty())
        content += list(sentences, "sentences");
    for (const OpenClaim& claim : verdict.open) {
        const OpenWords words = open_words(claim);
        content +=
            element("p", {{"class", "loud"}}, "Cannot be said: " + words.claim) + list(words.reasons, "sentences");
    }
    if (verdict.standing.empty())
        return content;
    std::vector<std::string> standing;
    standing.reserve(verdict.standing.size());
    for (const Gap& gap : verdict.standing)
        standing.push_back(judged_gap_text(gap));
    return content + element("p", {{"class", "legend"}}, "Limits of this verdict") + list(standing, "legend");
}

}  // namespace

Html findings(const PageSubject& subject)
{
    const Report& report = subject.report;
    Html content;
    if (subject.verdict != nullptr)
        content += verdict_part(*subject.verdict, report);
    for (const FindingGroup& group : finding_groups(report))
        content += heading(group.heading) + list(group.sentences, "sentences");
    return content.empty() ? content : section("findings", "Findings", content);
}

}  // namespace waybill::html
