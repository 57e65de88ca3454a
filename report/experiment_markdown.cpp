// Declared in report/experiment_text.h.
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "report/experiment_page.h"
#include "report/experiment_text.h"

namespace waybill {
namespace {

/// Text in which nothing is Markdown or HTML: every ASCII punctuation mark may stand behind a backslash (CommonMark,
/// 2.4).
std::string escaped(std::string_view text)
{
    constexpr std::string_view special = "\\`*_{}[]<>#+-.!|~&$@:";
    std::string out;
    for (const char character : text) {
        if (special.find(character) != std::string_view::npos)
            out += '\\';
        out += character;
    }
    return out;
}

void add_row(std::string& out, const std::vector<std::string>& cells)
{
    out += '|';
    for (const std::string& cell : cells)
        out += fmt::format(" {} |", escaped(cell));
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
    std::string out = fmt::format("# Experiment: {}\n\n", escaped(page.title));
    for (const std::string& each : page.head)
        out += fmt::format("{}\n\n", escaped(each));
    for (const ExperimentPage::Section& section : page.sections) {
        out += fmt::format("## {}\n\n", escaped(section.title));
        if (section.table)
            add_table(out, *section.table);
        for (const std::string& sentence : section.sentences)
            out += fmt::format("- {}\n", escaped(sentence));
        out += '\n';
    }
    out.pop_back();
    return out;
}

}  // namespace waybill
