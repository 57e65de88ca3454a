#include "report/diff_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "model/report.h"
#include "report/columns.h"
#include "report/diff_rows.h"
#include "report/diff_words.h"
#include "report/terminal_text.h"
#include "report/words.h"

namespace waybill {
namespace {

constexpr std::size_t margin = TerminalText::margin;
using Paint = TerminalText::Paint;

using Cells = std::vector<std::string>;
using Widths = std::vector<std::size_t>;

Cells cells_of(const DiffRow& row)
{
    return {row.what, row.purpose, row.endpoint, row.before, row.after, row.out, row.by};
}

Columns table()
{
    using enum Align;
    Columns columns{{left, left, left, right, right, right, left}};
    columns.add({"WHAT", "PURPOSE", "ENDPOINT", "BEFORE", "AFTER", "OUT", "BY"});
    return columns;
}

std::size_t total(const Widths& widths)
{
    std::size_t sum = Columns::gap * (widths.size() - 1);
    for (const std::size_t width : widths)
        sum += width;
    return sum;
}

/// Makes columns give way, each down to a width that can still be read.
void fit(Widths& widths, std::size_t columns)
{
    struct Concession {
        std::size_t column;
        std::size_t least;
    };
    constexpr std::size_t purpose = 1;
    constexpr std::size_t endpoint = 2;
    constexpr std::size_t by = 6;
    constexpr std::array concessions{Concession{by, 12}, Concession{endpoint, 32}, Concession{purpose, 16},
                                     Concession{endpoint, 22}, Concession{by, 6}};
    for (const auto& [column, least] : concessions)
        if (const std::size_t sum = total(widths); sum > columns)
            widths[column] -= std::min(sum - columns, widths[column] - std::min(widths[column], least));
}

class Page {
public:
    Page(const Diff& compared, const TerminalStyle& style)
        : compared_{compared},
          style_{style},
          text_{style},
          named_{style.all ? Named::all : Named::few},
          rows_{diff_rows(compared, named_)}
    {
    }

    std::string text()
    {
        add_head();
        if (!rows_.empty())
            add_table();
        constexpr std::size_t title_columns = 21;
        const auto varying = variation_sentences(compared_);
        const auto undecided = undecided_sentences(compared_);
        Cells circumstances;
        circumstances.reserve(compared_.circumstances.size());
        for (const Circumstance& each : compared_.circumstances)
            circumstances.push_back(circumstance_text(each, named_));
        text_.add_box("Varies between runs", some_of(varying), title_columns);
        text_.add_box("Too few runs to say", some_of(undecided), title_columns);
        text_.add_box("What else differs", some_of(circumstances), title_columns);
        text_.add_box("How sure", noise_sentences(compared_), title_columns);
        text_.add_box("Not seen", side_gap_sentences(compared_), title_columns);
        text_.add_box("Cannot be answered", {cannot_be_answered.begin(), cannot_be_answered.end()}, title_columns);
        return text_.take();
    }

private:
    Cells some_of(const Cells& all) const
    {
        constexpr std::size_t few = 8;
        if (style_.all || all.size() <= few)
            return all;
        Cells some{all.begin(), all.begin() + (few - 1)};
        some.push_back(fmt::format("and {} more: --all", all.size() - some.size()));
        return some;
    }

    void add_head();
    void add_table();
    void add_wide(std::span<const DiffRow> rows, const Widths& widths);
    void add_stacked(std::span<const DiffRow> rows);

    const Diff& compared_;
    const TerminalStyle style_;
    TerminalText text_;
    const Named named_;
    const std::vector<DiffRow> rows_;
};

void Page::add_head()
{
    constexpr std::size_t name_columns = 8;
    for (const auto& [name, side] : {std::pair{"before", &compared_.sides.before}, {"after", &compared_.sides.after}}) {
        std::string_view shown = name;
        for (const std::string& part : wrapped(side_text(*side, named_), text_.columns() - name_columns)) {
            text_.line(padded(shown, name_columns) + part);
            shown = {};
        }
    }
    for (const std::string& part : wrapped(diff_summary(compared_), text_.columns()))
        text_.line(text_.painted(Paint::strong, part));
    text_.line();
}

void Page::add_table()
{
    constexpr std::size_t most_rows = 40;
    const std::size_t listed = style_.all ? rows_.size() : std::min(rows_.size(), most_rows);
    const std::span<const DiffRow> rows = std::span{rows_}.first(listed);
    Columns natural = table();
    for (const DiffRow& row : rows)
        natural.add(cells_of(row));
    Widths widths = natural.widths();
    if (!style_.all)
        fit(widths, text_.columns() - margin);
    if (total(widths) <= text_.columns() - margin || style_.all)
        add_wide(rows, widths);
    else
        add_stacked(rows);
    if (listed < rows_.size())
        text_.line(fmt::format("  and {} more: --all", rows_.size() - listed));
    text_.line();
}

void Page::add_wide(std::span<const DiffRow> rows, const Widths& widths)
{
    Columns fitted = table();
    for (const DiffRow& row : rows) {
        Cells cells = cells_of(row);
        for (std::size_t column = 0; column < cells.size(); ++column)
            cells[column] = shortened(cells[column], widths[column]);
        fitted.add(std::move(cells));
    }
    const auto lines = fitted.lines(widths);
    text_.line(std::string(margin, ' ') + text_.painted(Paint::strong, lines.front()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        text_.line(std::string(margin, ' ') +
                   text_.painted(rows[i].is_cited ? Paint::none : Paint::calm, lines[i + 1]));
        for (const std::string& detail : rows[i].details)
            text_.add_indented(detail, margin + widths[0] + Columns::gap);
    }
}

/// Each row in several lines, for a terminal that is too narrow.
void Page::add_stacked(std::span<const DiffRow> rows)
{
    constexpr std::size_t indent = 4;
    for (const DiffRow& row : rows) {
        const std::string head = shortened(fmt::format("{}  {}", row.what, row.purpose), text_.columns() - margin);
        text_.line(std::string(margin, ' ') + text_.painted(row.is_cited ? Paint::none : Paint::calm, head));
        text_.add_indented(shortened(row.endpoint, text_.columns() - indent), indent);
        text_.add_indented(fmt::format("before {} · after {} · out {} · by {}", row.before, row.after, row.out, row.by),
                           indent);
        for (const std::string& detail : row.details)
            text_.add_indented(detail, indent);
    }
}

}  // namespace

std::string diff_to_text(const Diff& compared, const TerminalStyle& style)
{
    return Page{compared, style}.text();
}

}  // namespace waybill
