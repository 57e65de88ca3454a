#include "report/experiment_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "report/columns.h"
#include "report/experiment_page.h"

namespace waybill {
namespace {

constexpr std::size_t min_columns = 60;
constexpr std::size_t max_columns = 140;  // longer lines are hard to follow
constexpr std::size_t margin = 2;
constexpr std::size_t what_column = 1;
constexpr std::size_t purpose_column = 2;
constexpr std::string_view strong = "\x1b[1m";
constexpr std::string_view plain = "\x1b[0m";

class Layout {
public:
    explicit Layout(const TerminalStyle& style)
        : style_{style}, columns_{std::clamp<std::size_t>(style.columns, min_columns, max_columns)}
    {
    }

    std::string text(const ExperimentPage& page)
    {
        add_strong(shortened(page.title, columns_));
        for (const std::string& each : page.head)
            for (const std::string& part : wrapped(each, columns_))
                line(part);
        for (const ExperimentPage::Section& section : page.sections) {
            line();
            add_strong(section.title);
            if (section.table)
                add_table(*section.table);
            for (const std::string& sentence : section.sentences)
                add_sentence(sentence);
        }
        return std::move(text_);
    }

private:
    void line(std::string_view content = {})
    {
        text_ += content;
        text_ += '\n';
    }
    void add_strong(std::string_view content)
    {
        line(style_.color ? fmt::format("{}{}{}", strong, content, plain) : std::string{content});
    }
    void add_sentence(std::string_view sentence)
    {
        std::size_t indent = margin;
        for (const std::string& part : wrapped(sentence, columns_ - 2 * margin)) {
            line(std::string(indent, ' ') + part);
            indent = 2 * margin;  // what goes on stands further in
        }
    }
    void add_table(const ExperimentPage::Table& table)
    {
        constexpr std::array narrow{std::pair{purpose_column, std::size_t{7}}, std::pair{what_column, std::size_t{13}}};
        Columns columns{table.aligns};
        columns.add(table.head);
        for (const auto& row : table.rows)
            columns.add(row);
        // Purposes, then endpoints give way where the table is too wide.
        std::vector<std::size_t> widths = columns.widths();
        std::size_t all = margin + (widths.size() - 1) * Columns::gap;
        for (const std::size_t width : widths)
            all += width;
        for (const auto& [wide, least] : narrow) {
            const std::size_t spare = widths[wide] > least ? widths[wide] - least : 0;
            const std::size_t over = all > columns_ ? std::min(all - columns_, spare) : 0;
            widths[wide] -= over;
            all -= over;
        }
        Columns fitting{table.aligns};
        fitting.add(table.head);
        for (std::vector<std::string> row : table.rows) {
            for (std::size_t cell = 0; cell < row.size(); ++cell)
                row[cell] = shortened(row[cell], widths[cell]);
            fitting.add(std::move(row));
        }
        for (const std::string& row : fitting.lines(widths))
            line(std::string(margin, ' ') + row);
    }

    TerminalStyle style_;
    std::size_t columns_;
    std::string text_;
};

}  // namespace

std::string experiment_to_terminal(const Experiment& experiment, const TerminalStyle& style)
{
    return Layout{style}.text(experiment_page(experiment));
}

}  // namespace waybill
