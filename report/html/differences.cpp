// What is otherwise than in earlier runs (declared in report/html/sections.h).
#include <string>
#include <vector>

#include "report/diff_rows.h"
#include "report/diff_words.h"
#include "report/html/sections.h"
#include "report/html/table.h"

namespace waybill::html {
namespace {

Html rows_table(const std::vector<DiffRow>& rows)
{
    if (rows.empty())
        return {};
    std::vector<TableRow> lines;
    lines.reserve(rows.size());
    for (const DiffRow& row : rows) {
        TableRow line{{{element("code", row.endpoint)}}};
        line.cells.push_back({element("strong", row.what)});
        for (const std::string* const words : {&row.purpose, &row.before, &row.after, &row.out, &row.by})
            line.cells.push_back(cell(*words));
        line.cells.push_back({row.details.empty() ? text("-") : list(row.details, "lines")});
        lines.push_back(std::move(line));
    }
    const TableHead head{"differences-table",
                         "judged",
                         "Before and after: in how many runs it was contacted",
                         {{"Endpoint"},
                          {"What"},
                          {"Purpose"},
                          {"Before"},
                          {"After"},
                          {"Out", Column::Kind::number},
                          {"By"},
                          {"Details"}},
                         TableHead::Use::sortable};
    return table(head, lines);
}

Html folded_list(std::string_view summary, const std::vector<std::string>& sentences)
{
    return sentences.empty() ? Html{} : folded(summary, list(sentences, "sentences"));
}

}  // namespace

Html differences(const PageSubject& subject)
{
    if (subject.differences == nullptr)
        return {};
    const Diff& compared = *subject.differences;
    Html content = element("p", diff_summary(compared)) + line_end();
    content += list(std::vector<std::string>{"before: " + side_text(compared.sides.before, Named::few),
                                             "after: " + side_text(compared.sides.after, Named::few)},
                    "legend");
    content += rows_table(diff_rows(compared, Named::few));
    content += list(noise_sentences(compared), "legend");
    std::vector<std::string> circumstances;
    circumstances.reserve(compared.circumstances.size());
    for (const Circumstance& each : compared.circumstances)
        circumstances.push_back(circumstance_text(each, Named::few));
    content += folded_list("Varies between runs", variation_sentences(compared));
    content += folded_list("Too few runs to say", undecided_sentences(compared));
    content += folded_list("What else differs", circumstances);
    content += folded_list("Not seen on either side", side_gap_sentences(compared));
    return section("differences", "Differences", content);
}

}  // namespace waybill::html
