// Declared in report/experiment_text.h.
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/markdown_text.h"
#include "report/experiment_page.h"
#include "report/experiment_text.h"

namespace waybill {
namespace {

void add_row(std::string& out, const std::vector<std::string>& cells)
{
    out += '|';
    for (const std::string& cell : cells)
        out += fmt::format(" {} |", markdown_text(cell));
    out += '\n';
}

void add_table(std::string& out, const ExperimentPage::Table& table)
{
    add_row(out, table.head);
    out += '|';
    for (const Align align : table.aligns)
        out += align == Align::right ? " ---: |" : " --- |";
    out += '\n';
    for (const auto& row : table.rows)
        add_row(out, row);
    out += '\n';
}

}  // namespace

std::string experiment_to_markdown(const Experiment& experiment)
{
    const ExperimentPage page = experiment_page(experiment);
    std::string out = fmt::format("# Experiment: {}\n\n", markdown_text(page.title));
    for (const std::string& each : page.head)
        out += fmt::format("{}\n\n", markdown_text(each));
    for (const ExperimentPage::Section& section : page.sections) {
        out += fmt::format("## {}\n\n", markdown_text(section.title));
        if (section.table)
            add_table(out, *section.table);
        for (const std::string& sentence : section.sentences)
            out += fmt::format("- {}\n", markdown_text(sentence));
        out += '\n';
    }
    out.pop_back();
    return out;
}

}  // namespace waybill
