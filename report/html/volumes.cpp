// How much in each direction (declared in report/html/sections.h).
#include <fmt/format.h>

#include <algorithm>

#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill::html {
namespace {

constexpr std::size_t most_rows = 20;

/// A bar in a table's cell; the number stands beside it.
Cell bar(std::string_view kind, std::uint64_t value, std::uint64_t largest)
{
    const double share = largest == 0 ? 0 : 100 * static_cast<double>(value) / static_cast<double>(largest);
    const Html shape = element(
        "rect", {{"class", std::string{kind}}, {"width", fmt::format("{:.1f}", share)}, {"height", "10"}}, Html{});
    return {element(
        "svg", {{"class", "bar"}, {"viewBox", "0 0 100 10"}, {"preserveAspectRatio", "none"}, {"aria-hidden", "true"}},
        shape)};
}

/// The rows that name one endpoint, those with most octets first.
std::vector<const Row*> by_volume(const PageSubject& subject)
{
    std::vector<const Row*> rows;
    for (const Row& row : subject.rows)
        if (row.kind == Row::Kind::contact)
            rows.push_back(&row);
    const auto volume = [&](const Row* row) {
        return row->ip_bytes_out + (subject.is_sinkhole() ? 0 : row->ip_bytes_in);
    };
    std::ranges::stable_sort(rows, std::ranges::greater{}, volume);
    return rows;
}

}  // namespace

Html volumes(const PageSubject& subject)
{
    const std::vector<const Row*> rows = by_volume(subject);
    if (rows.empty())
        return {};
    const bool has_in = !subject.is_sinkhole();
    std::uint64_t largest = 0;
    for (const Row* const row : rows)
        largest = std::max({largest, row->ip_bytes_out, has_in ? row->ip_bytes_in : 0});
    TableHead head{"bytes-table",
                   "volumes",
                   has_in ? "IP bytes in each direction, most first" : "IP bytes that would have left, most first",
                   {{"Endpoint"}, {"Out", Column::Kind::number}, {"Out, as a bar", Column::Kind::picture}},
                   TableHead::Use::plain};
    if (has_in) {
        head.columns.push_back({"In", Column::Kind::number});
        head.columns.push_back({"In, as a bar", Column::Kind::picture});
    }
    std::vector<TableRow> cells;
    for (std::size_t i = 0; i < std::min(rows.size(), most_rows); ++i) {
        const Row& row = *rows[i];
        TableRow of_row{{{element("code", endpoint_text(row.first->contact))}}};
        of_row.cells.push_back(cell(size_text(row.ip_bytes_out)));
        of_row.cells.push_back(bar(purpose_class(subject.report, row.first->rating), row.ip_bytes_out, largest));
        if (has_in) {
            of_row.cells.push_back(cell(size_text(row.ip_bytes_in)));
            of_row.cells.push_back(bar("in", row.ip_bytes_in, largest));
        }
        cells.push_back(std::move(of_row));
    }
    Html content = table(head, cells);
    if (rows.size() > most_rows)
        content += element("p", {{"class", "legend"}},
                           count_text(rows.size() - most_rows, "smaller row is in the table of endpoints.",
                                      "smaller rows are in the table of endpoints."));
    return section("bytes", "How much", content);
}

}  // namespace waybill::html
