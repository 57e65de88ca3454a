#include "report/experiment_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "report/columns.h"
#include "report/experiment_page.h"
#include "report/terminal_text.h"

namespace waybill {
namespace {

constexpr std::size_t margin = TerminalText::margin;
constexpr std::size_t what_column = 1;
constexpr std::size_t purpose_column = 2;

class Layout {
public:
    explicit Layout(const TerminalStyle& style) : text_{style} {}

    std::string text(const ExperimentPage& page)
    {
        add_strong(shortened(page.title, text_.columns()));
        for (const std::string& each : page.head)
            for (const std::string& part : wrapped(each, text_.columns()))
                text_.line(part);
        for (const ExperimentPage::Section& section : page.sections) {
            text_.line();
            add_strong(section.title);
            if (section.table)
                add_table(*section.table);
            for (const std::string& sentence : section.sentences)
                add_sentence(sentence);
        }
        return text_.take();
    }

private:
    void add_strong(std::string_view content) { text_.line(text_.painted(TerminalText::Paint::strong, content)); }
    void add_sentence(std::string_view sentence)
    {
        std::size_t indent = margin;
        for (const std::string& part : wrapped(sentence, text_.columns() - 2 * margin)) {
            text_.line(std::string(indent, ' ') + part);
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
            const std::size_t over = all > text_.columns() ? std::min(all - text_.columns(), spare) : 0;
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
            text_.line(std::string(margin, ' ') + row);
    }

    TerminalText text_;
};

}  // namespace

std::string experiment_to_terminal(const Experiment& experiment, const TerminalStyle& style)
{
    return Layout{style}.text(experiment_page(experiment));
}

}  // namespace waybill
