#include "report/diff_markdown.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/markdown_text.h"
#include "model/report.h"
#include "report/diff_rows.h"
#include "report/diff_words.h"

namespace waybill {
namespace {

void add_sides(std::string& page, const Diff& compared, Named named)
{
    page += fmt::format("- before: {}\n- after: {}\n\n", markdown_text(side_text(compared.sides.before, named)),
                        markdown_text(side_text(compared.sides.after, named)));
}

void add_table(std::string& page, const std::vector<DiffRow>& rows)
{
    if (rows.empty())
        return;
    page += "| what | purpose | endpoint | before | after | out | by | details |\n|---|---|---|--:|--:|--:|---|---|\n";
    for (const DiffRow& row : rows) {
        std::string details;
        for (const std::string& detail : row.details)
            details += (details.empty() ? "" : "<br>") + markdown_text(detail);
        page += fmt::format("| **{}** | {} | {} | {} | {} | {} | {} | {} |\n", markdown_text(row.what),
                            markdown_text(row.purpose), markdown_code(row.endpoint), row.before, row.after, row.out,
                            markdown_code(row.by), details);
    }
    page += '\n';
}

/// A list that is folded, for it is read after the table, or not at all.
void add_list(std::string& page, std::string_view title, const std::vector<std::string>& entries)
{
    if (entries.empty())
        return;
    page += fmt::format("<details><summary>{}</summary>\n\n", title);
    for (const std::string& entry : entries)
        page += fmt::format("- {}\n", markdown_text(entry));
    page += "\n</details>\n\n";
}

}  // namespace

std::string diff_to_markdown(const Diff& compared, Named named)
{
    std::string page = fmt::format("### Endpoints: {}\n\n", markdown_text(diff_summary(compared)));
    add_sides(page, compared, named);
    add_table(page, diff_rows(compared, named));
    for (const std::string& sentence : noise_sentences(compared))
        page += markdown_text(sentence) + "\n";
    page += '\n';
    std::vector<std::string> circumstances;
    circumstances.reserve(compared.circumstances.size());
    for (const Circumstance& each : compared.circumstances)
        circumstances.push_back(circumstance_text(each, named));
    add_list(page, "Varies between runs", variation_sentences(compared));
    add_list(page, "Too few runs to say", undecided_sentences(compared));
    add_list(page, "What else differs", circumstances);
    add_list(page, "Not seen", side_gap_sentences(compared));
    add_list(page, "Cannot be answered", {cannot_be_answered.begin(), cannot_be_answered.end()});
    return page;
}

}  // namespace waybill
