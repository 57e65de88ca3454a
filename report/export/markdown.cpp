#include "report/export/markdown.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/markdown_text.h"
#include "report/endpoint_rows.h"
#include "report/finding_words.h"
#include "report/folding.h"
#include "report/phase_table.h"
#include "report/proxy_words.h"
#include "report/verdict_words.h"
#include "report/words.h"

namespace waybill {
namespace {

/// A summary lists so many rows; two more sum up the rest. GitHub takes 1 MiB a step.
constexpr FoldLimits listed{5, 2, 200, 100};

void add_table_head(std::string& page, std::initializer_list<std::string_view> headings)
{
    std::string ruler = "|";
    page += '|';
    for (const std::string_view heading : headings) {
        page += fmt::format(" {} |", heading);
        ruler += heading == "flows" || heading == "out" || heading == "in" || heading == "first" ? "--:|" : "---|";
    }
    page += "\n" + ruler + "\n";
}

/// A list that is folded, for it is read after the table, or not at all.
void add_folded(std::string& page, std::string_view title, const std::vector<std::string>& sentences)
{
    if (sentences.empty())
        return;
    page += fmt::format("<details><summary>{}</summary>\n\n", title);
    for (const std::string& sentence : sentences)
        page += fmt::format("- {}\n", markdown_text(sentence));
    page += "\n</details>\n\n";
}

void add_verdict(std::string& page, const Verdict& verdict, const Report& report)
{
    page += fmt::format("**{}**\n\n", markdown_text(verdict_sentence(verdict)));
    const auto groups = judged_groups(verdict, report, VerdictDetail::findings);
    if (!groups.empty()) {
        add_table_head(page, {"policy", "endpoint", "purposes", "by", "why"});
        for (const JudgedGroup& group : groups) {
            const JudgedWords words = judged_words(group, report, VerdictDetail::findings);
            std::string lines;
            for (const std::string& line : words.lines)
                lines += (lines.empty() ? "" : "<br>") + markdown_text(line);
            page += fmt::format("| **{}** | {} | {} | {} | {} |\n", markdown_text(words.effect),
                                markdown_code(words.endpoint), markdown_text(words.purposes), markdown_text(words.by),
                                lines);
        }
        page += '\n';
    }
    for (const JudgedLimit& limit : verdict.limits)
        if (limit.is_broken())
            page += fmt::format("- {}\n", markdown_text(limit_sentence(limit)));
    for (const OpenClaim& claim : verdict.open) {
        const OpenWords words = open_words(claim);
        page += fmt::format("- {}\n", markdown_text(words.claim));
        for (const std::string& reason : words.reasons)
            page += fmt::format("  - {}\n", markdown_text(reason));
    }
    page += fmt::format("\nPolicy: {}\n\n", markdown_text(policy_identity(verdict)));
}

void add_endpoints(std::string& page, const Report& report, Footnotes& notes)
{
    const bool is_sinkhole = report.run && report.run->mode == NetworkMode::sinkhole;
    if (report.contacts.empty()) {
        for (const std::string& sentence : no_contact_sentences(report))
            page += markdown_text(sentence) + "\n";
        page += '\n';
        return;
    }
    if (is_sinkhole)
        add_table_head(page, {"purpose", "endpoint", "by", "vendor", "flows", "out", "first", "named by"});
    else
        add_table_head(page, {"purpose", "endpoint", "by", "vendor", "flows", "out", "in", "first", "named by"});
    for (const Row& row : fold(report, listed)) {
        const EndpointRow cells = endpoint_row(row, report, TableLayout::Cells::whole);
        const Rating& rating = row.first->rating;
        std::string purpose = "**no cited purpose**";
        if (row.kind == Row::Kind::unlisted_cited)
            purpose = "various";
        else if (rating.is_cited())
            purpose = fmt::format("{}{} <sup>{}</sup>", text(rating.purposes.front()),
                                  rating.purposes.size() > 1 ? fmt::format(" +{}", rating.purposes.size() - 1) : "",
                                  notes.number_of(rating));
        std::string endpoint =
            row.kind == Row::Kind::contact ? markdown_code(cells.endpoint) : markdown_text(cells.endpoint);
        if (!cells.remark.empty())
            endpoint += "<br>" + markdown_text(cells.remark);
        page +=
            fmt::format("| {} | {} | {} | {} | {} | {} |{} {} | {} |\n", purpose, endpoint, markdown_text(cells.by),
                        markdown_text(cells.vendor), cells.flows, cells.out,
                        is_sinkhole ? "" : fmt::format(" {} |", cells.in), cells.first, markdown_text(cells.named_by));
    }
    page += '\n';
}

void add_phases(std::string& page, const Report& report)
{
    if (!shows_phases(report))
        return;
    const PhaseCells phases = phase_cells(report);
    for (std::size_t i = 0; i < phases.rows.size(); ++i) {
        page += '|';
        for (const std::string& cell : phases.rows[i])
            page += fmt::format(" {} |", markdown_text(cell));
        page += '\n';
        if (i > 0)
            continue;
        page += '|';
        for (std::size_t column = 0; column < phases.rows[i].size(); ++column)
            page += "---|";
        page += '\n';
    }
    page += '\n';
    for (const std::string& sentence : phases.sentences)
        page += markdown_text(sentence) + "\n\n";
}

void add_sources(std::string& page, const Report& report, const Footnotes& notes)
{
    if (report.uncited() > 0)
        page += markdown_text(uncited_note(report.rules)) + "\n\n";
    std::size_t number = 0;
    std::vector<std::string> cited;
    for (const Rating* const rating : notes.ratings())
        cited.push_back(fmt::format("{}: {}", ++number, footnote(*rating)));
    add_folded(page, "Who says so", cited);
}

}  // namespace

std::string report_to_markdown(const Report& report, const Verdict* verdict)
{
    std::string page = fmt::format("### Endpoints of {}\n\n", markdown_code(subject_text(report)));
    if (verdict != nullptr)
        add_verdict(page, *verdict, report);
    page += fmt::format("{}\n\n{}\n\n", markdown_text(summary_sentence(report)), markdown_text(circumstances(report)));
    for (const std::string& note : {hand_over_note(report), recipe_note(report), failure_note(report)})
        if (!note.empty())
            page += markdown_text(note) + "\n\n";
    for (const Finding& finding : report.findings)
        page += fmt::format("- {}\n", markdown_text(finding_sentence(finding, report)));
    if (!report.findings.empty())
        page += '\n';
    Footnotes notes;
    add_endpoints(page, report, notes);
    add_phases(page, report);
    add_sources(page, report, notes);
    if (!report.delegations.empty())
        add_folded(page, "Asked of others", delegation_sentences(report));
    add_folded(page, "Not seen", gap_sentences(report.gaps));
    add_folded(page, "Cannot be answered", {cannot_be_answered.begin(), cannot_be_answered.end()});
    return page;
}

}  // namespace waybill
