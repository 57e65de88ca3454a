#include "report/endpoint_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/columns.h"

namespace waybill {
namespace {

using Widths = std::vector<std::size_t>;

enum Column : std::uint8_t { purpose, endpoint, by, vendor, flows, out, in, first, named_by };
constexpr std::size_t column_count = 9;
/// What gives way where the columns do not fit, in this order: each column down to a width that can still be read.
struct Concession {
    Column column;
    std::size_t least;
};
constexpr std::array concessions{Concession{named_by, 18}, Concession{vendor, 8},    Concession{by, 24},
                                 Concession{endpoint, 30}, Concession{named_by, 16}, Concession{by, 14},
                                 Concession{endpoint, 24}, Concession{named_by, 12}};
constexpr std::string_view unknown = "-";

EndpointRow head_row()
{
    return {"PURPOSE", "ENDPOINT", "BY", "VENDOR", "FLOWS", "OUT", "IN", "FIRST", "NAMED BY", "", true};
}

std::array<std::string_view, column_count> cells_of(const EndpointRow& row)
{
    return {row.purpose, row.endpoint, row.by, row.vendor, row.flows, row.out, row.in, row.first, row.named_by};
}

TableLine::Part part_of(const EndpointRow& row)
{
    return row.is_cited ? TableLine::Part::cited : TableLine::Part::uncited;
}

class Table {
public:
    Table(const std::vector<EndpointRow>& rows, const TableLayout& layout) : rows_{rows}, layout_{layout}
    {
        const Column hidden = layout.side == TableLayout::Side::vendor ? by : vendor;
        for (std::uint8_t column = 0; column < column_count; ++column)
            if (column != hidden && (column != in || layout.shows_in))
                shown_.push_back(static_cast<Column>(column));
        if (std::ranges::all_of(rows, [](const EndpointRow& row) { return row.vendor == unknown; }))
            drop_if_needed(vendor, natural_widths());
        drop_if_needed(vendor);
        if (layout.side == TableLayout::Side::program && layout.cells == TableLayout::Cells::shortened)
            drop_if_needed(in);
    }

    std::vector<TableLine> lines() const
    {
        const Widths natural = natural_widths();
        Widths fitted = fitted_widths(natural);
        if (total(fitted) > layout_.columns)
            return stacked_lines(natural[purpose]);
        if (layout_.cells == TableLayout::Cells::whole) {
            fitted[endpoint] = natural[endpoint];
            fitted[by] = natural[by];
            fitted[vendor] = natural[vendor];
        }
        return wide_lines(fitted);
    }

    bool shows_in() const { return std::ranges::find(shown_, in) != shown_.end(); }

private:
    void drop_if_needed(Column column, const Widths& widths)
    {
        if (total(widths) > layout_.columns)
            std::erase(shown_, column);
    }
    void drop_if_needed(Column column) { drop_if_needed(column, fitted_widths(natural_widths())); }

    Widths natural_widths() const
    {
        Widths widths(column_count);
        const auto widen = [&](const EndpointRow& row) {
            const auto cells = cells_of(row);
            for (std::size_t column = 0; column < column_count; ++column)
                widths[column] = std::max(widths[column], display_width(cells[column]));
        };
        widen(head_row());
        for (const EndpointRow& row : rows_)
            widen(row);
        return widths;
    }

    std::size_t total(const Widths& widths) const
    {
        std::size_t sum = Columns::gap * (shown_.size() - 1);
        for (const Column column : shown_)
            sum += widths[column];
        return sum;
    }

    Widths fitted_widths(Widths widths) const
    {
        for (const auto& [column, least] : concessions) {
            const std::size_t sum = total(widths);
            if (sum <= layout_.columns)
                break;
            widths[column] -= std::min(sum - layout_.columns, widths[column] - std::min(widths[column], least));
        }
        return widths;
    }

    std::vector<TableLine> wide_lines(const Widths& widths) const
    {
        std::vector<TableLine> lines;
        for (std::string& line : wide_row(head_row(), widths))
            lines.push_back({TableLine::Part::head, std::move(line)});
        for (const EndpointRow& row : rows_)
            for (std::string& line : wide_row(row, widths))
                lines.push_back({part_of(row), std::move(line)});
        return lines;
    }

    std::vector<std::string> wide_row(const EndpointRow& row, const Widths& widths) const
    {
        std::vector<Align> aligns;
        Widths shown_widths;
        std::vector<std::string> cells;
        for (const Column column : shown_) {
            const bool is_number = column == flows || column == out || column == in || column == first;
            aligns.push_back(is_number ? Align::right : Align::left);
            shown_widths.push_back(widths[column]);
            cells.push_back(shortened(cells_of(row).at(column), widths[column]));
        }
        const auto names = wrapped(row.named_by, widths[named_by]);
        cells.back() = names.empty() ? std::string{} : names.front();
        Columns columns{aligns};
        columns.add(cells);
        for (std::size_t i = 1; i < names.size(); ++i) {
            std::vector<std::string> continued(shown_.size());
            continued.back() = names[i];
            columns.add(std::move(continued));
        }
        auto lines = columns.lines(shown_widths);
        add_indented(lines, row.remark, widths[purpose] + Columns::gap);
        return lines;
    }

    void add_indented(std::vector<std::string>& lines, std::string_view text, std::size_t indent) const
    {
        for (const std::string& part : wrapped(text, layout_.columns - indent))
            lines.push_back(std::string(indent, ' ') + part);
    }

    std::vector<TableLine> stacked_lines(std::size_t purpose_columns) const
    {
        const std::size_t indent = purpose_columns + Columns::gap;
        const std::size_t room = layout_.columns - std::min(indent, layout_.columns);
        std::vector<TableLine> lines;
        lines.push_back({TableLine::Part::head, padded("PURPOSE", indent) + "ENDPOINT"});
        for (const EndpointRow& row : rows_) {
            const bool cuts = layout_.cells == TableLayout::Cells::shortened;
            std::vector<std::string> texts{padded(row.purpose, indent) +
                                           (cuts ? shortened(row.endpoint, room) : row.endpoint)};
            add_indented(texts, details(row), 4);
            add_indented(texts, row.remark, 4);
            for (std::string& text : texts)
                lines.push_back({part_of(row), std::move(text)});
        }
        return lines;
    }

    std::string details(const EndpointRow& row) const
    {
        std::string text = fmt::format("{} {} · out {}", row.flows, row.flows == "1" ? "flow" : "flows", row.out);
        if (shows_in())
            text += " · in " + row.in;
        text += " · first " + row.first;
        const std::string& side = layout_.side == TableLayout::Side::vendor ? row.vendor : row.by;
        if (side != unknown)
            text += " · " + side;
        return text + " · " + row.named_by;
    }

    const std::vector<EndpointRow>& rows_;
    const TableLayout layout_;
    std::vector<Column> shown_;
};

}  // namespace

EndpointTable endpoint_table(const std::vector<EndpointRow>& rows, const TableLayout& layout)
{
    const Table table{rows, layout};
    return {table.lines(), table.shows_in()};
}

}  // namespace waybill
