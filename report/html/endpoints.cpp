// Who was contacted, and who says what for (declared in report/html/sections.h).
#include <fmt/format.h>

#include "base/text.h"
#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/owner_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill::html {
namespace {

std::string note_id(std::size_t number)
{
    return fmt::format("source-{}", number);
}

/// "vendor-documentation, read 2026-10-02, 51 days old"
std::string source_words(const RatingSource& source)
{
    return fmt::format("{}, read {}{}", source.grade, source.read, age_text(source.age_days));
}

/// The purposes, with the number of who says so.
Cell purpose_cell(PageSubject& subject, const Row& row)
{
    const Rating& rating = row.first->rating;
    const std::string key = "key " + purpose_class(subject.report, rating);
    if (row.kind == Row::Kind::unlisted_cited)
        return cell("various");
    Html content = element("span", {{"class", key}}, Html{});
    if (!rating.is_cited())
        return {content + text("no cited purpose"), {}, "calm"};
    const std::size_t number = subject.notes.number_of(rating);
    content += text(purposes_text(rating) + " ");
    const std::string hint = rating.sources.empty() ? rating.rule : source_words(rating.sources.front());
    content += element("sup", link_to(note_id(number), {{"title", hint}}, text(std::to_string(number))));
    return {content};
}

Cell packets_cell(const Row& row, const Report& report)
{
    if (row.kind != Row::Kind::contact)
        return cell("-");
    return {text(frames_text(row.first->contact, report)), std::to_string(row.first->contact.packets.first), "at"};
}

TableRow row_of(PageSubject& subject, const Row& row)
{
    const Report& report = subject.report;
    const EndpointRow words = endpoint_row(row, report, TableLayout::Cells::whole);
    Html name = element("code", words.endpoint);
    if (!words.remark.empty())
        name += element("small", words.remark);
    TableRow cells{{{name}}, row.is_cited() ? "" : "uncited"};
    cells.cells.push_back(purpose_cell(subject, row));
    cells.cells.push_back(cell(words.vendor));
    cells.cells.push_back(cell(words.by));
    cells.cells.push_back(number_cell(row.flows, words.flows));
    cells.cells.push_back(number_cell(row.ip_bytes_out, words.out));
    if (!subject.is_sinkhole())
        cells.cells.push_back(number_cell(row.ip_bytes_in, words.in));
    const auto since = (row.began - beginning_of(report)).count();
    cells.cells.push_back({text(words.first), std::to_string(since)});
    cells.cells.push_back(cell(words.named_by));
    cells.cells.push_back(packets_cell(row, report));
    return cells;
}

/// A source as one can look it up.
Html source_item(const RatingSource& source)
{
    Html content = link_out(source.url, source.title.empty() ? source.url : source.title);
    content += text(" · " + source_words(source));
    if (!source.read_via.empty())
        content += text(" · read via ") + link_out(source.read_via, source.read_via);
    if (!source.paraphrase.empty())
        content += element("q", source.paraphrase);
    return content;
}

Html note_item(const Rating& rating, std::size_t number)
{
    Html content = element("p", element("b", rating.rule) + text(" · matched by ") + element("code", rating.why) +
                                    text(" · " + footnote(rating)));
    std::vector<Html> sources;
    sources.reserve(rating.sources.size());
    for (const RatingSource& source : rating.sources)
        sources.push_back(source_item(source));
    if (!sources.empty())
        content += list(sources, "cited");
    return element("li", {{"id", note_id(number)}}, content) + line_end();
}

}  // namespace

Html endpoints(PageSubject& subject)
{
    const Report& report = subject.report;
    if (report.contacts.empty())
        return {};
    const std::string verb = subject.is_sinkhole() ? "Attempted to contact" : "Contacted";
    TableHead head{
        "endpoints-table",
        subject.is_sinkhole() ? "endpoints" : "endpoints with-in",
        "No cited purpose first, then by payload out",
        {{"Endpoint"}, {"Purpose"}, {"Vendor"}, {"By"}, {"Flows", Column::Kind::number}, {"Out", Column::Kind::number}},
        TableHead::Use::filtered};
    if (!subject.is_sinkhole())
        head.columns.push_back({"In", Column::Kind::number});
    head.columns.push_back({"First", Column::Kind::number});
    head.columns.push_back({"Named by"});
    head.columns.push_back({"Packets of the first flow"});
    std::vector<TableRow> rows;
    rows.reserve(subject.rows.size());
    for (const Row& row : subject.rows)
        rows.push_back(row_of(subject, row));
    std::vector<std::string> words = legend(report, Volumes::out_and_in);
    for (std::string& sentence : extension_notes(report, Named::few))
        words.push_back(std::move(sentence));
    return section("endpoints", verb, table(head, rows) + list(words, "legend"));
}

Html sources(const PageSubject& subject)
{
    const Report& report = subject.report;
    if (report.contacts.empty())
        return {};
    Html content;
    std::size_t number = 0;
    for (const Rating* const rating : subject.notes.ratings())
        content += note_item(*rating, ++number);
    if (!content.empty())
        content = element("ol", {{"class", "notes"}}, line_end() + content) + line_end();
    if (report.uncited() > 0)
        content += element("p", {{"class", "legend"}}, uncited_note(report.rules)) + line_end();
    return section("sources", "Who says what for", content);
}

}  // namespace waybill::html
