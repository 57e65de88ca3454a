#include "report/html/table.h"

namespace waybill::html {
namespace {

std::string_view kind_of(const Column& column)
{
    switch (column.kind) {
        case Column::Kind::number:
            return "n";
        case Column::Kind::picture:
            return "picture";
        case Column::Kind::words:
            break;
    }
    return "";
}

std::string joined_kinds(std::string_view left, std::string_view right)
{
    std::string both{left};
    if (!left.empty() && !right.empty())
        both += ' ';
    return both += right;
}

/// An element of which attributes without a value are left out.
Html cell_element(Name name, const std::string& kind, const std::string& sort_value, const Html& content)
{
    if (kind.empty() && sort_value.empty())
        return element(name, content);
    if (sort_value.empty())
        return element(name, {{"class", kind}}, content);
    if (kind.empty())
        return element(name, {{"data-v", sort_value}}, content);
    return element(name, {{"class", kind}, {"data-v", sort_value}}, content);
}

Html head_of(const TableHead& head)
{
    Html cells;
    for (const Column& column : head.columns) {
        const std::string_view kind = kind_of(column);
        cells += kind.empty() ? element("th", {{"scope", "col"}}, column.heading)
                              : element("th", {{"scope", "col"}, {"class", std::string{kind}}}, column.heading);
    }
    return element("thead", element("tr", cells)) + line_end();
}

Html row_of(const TableHead& head, const TableRow& row)
{
    Html cells;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const Cell& cell = row.cells[i];
        if (i == 0) {
            cells += cell.kind.empty() ? element("th", {{"scope", "row"}}, cell.content)
                                       : element("th", {{"scope", "row"}, {"class", cell.kind}}, cell.content);
            continue;
        }
        cells += cell_element("td", joined_kinds(kind_of(head.columns[i]), cell.kind), cell.sort_value, cell.content);
    }
    const Html whole = row.kind.empty() ? element("tr", cells) : element("tr", {{"class", row.kind}}, cells);
    return whole + line_end();
}

}  // namespace

Cell cell(std::string_view shown)
{
    return {text(shown)};
}

Cell number_cell(std::uint64_t value, std::string_view shown)
{
    return {text(shown), std::to_string(value)};
}

Html movable(std::string_view label, const Html& content)
{
    return element("section", {{"class", "scroll"}, {"tabindex", "0"}, {"aria-label", std::string{label}}}, content) +
           line_end();
}

Html table(const TableHead& head, const std::vector<TableRow>& rows)
{
    Html body;
    for (const TableRow& row : rows)
        body += row_of(head, row);
    std::string kind = head.kind;
    if (head.use != TableHead::Use::plain)
        kind = joined_kinds(kind, head.use == TableHead::Use::filtered ? "sortable filtered" : "sortable");
    const Html inside = element("caption", head.caption) + line_end() + head_of(head) + element("tbody", body);
    const Html whole = kind.empty() ? element("table", {{"id", head.id}}, inside)
                                    : element("table", {{"id", head.id}, {"class", kind}}, inside);
    return movable(head.caption, whole);
}

Html list(const std::vector<Html>& items, std::string_view kind)
{
    Html inside;
    for (const Html& item : items)
        inside += element("li", item) + line_end();
    return kind.empty() ? element("ul", inside) : element("ul", {{"class", std::string{kind}}}, inside);
}

Html list(const std::vector<std::string>& sentences, std::string_view kind)
{
    std::vector<Html> items;
    items.reserve(sentences.size());
    for (const std::string& sentence : sentences)
        items.push_back(text(sentence));
    return list(items, kind);
}

Html section(std::string_view id, std::string_view heading, const Html& content)
{
    const std::string heading_id = std::string{id} + "-heading";
    return element("section", {{"id", std::string{id}}, {"aria-labelledby", heading_id}},
                   line_end() + element("h2", {{"id", heading_id}}, heading) + line_end() + content) +
           line_end();
}

Html folded(std::string_view summary, const Html& content)
{
    return element("details", element("summary", summary) + line_end() + content) + line_end();
}

}  // namespace waybill::html
