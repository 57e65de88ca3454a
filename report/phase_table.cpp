#include "report/phase_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/columns.h"
#include "report/owner_words.h"
#include "report/units.h"

namespace waybill {
namespace {

bool is_sinkhole(const Report& report)
{
    return report.run && report.run->mode == NetworkMode::sinkhole;
}

std::string name_of(const Phase& phase, bool has_marks)
{
    constexpr std::size_t widest = 32;
    switch (phase.opening) {
        using enum Phase::Opening;
        case mark:
            return shortened(printable(phase.label), widest);
        case command_exit:
            return "(the command had ended)";
        case recording:
            break;
    }
    return has_marks ? "(before any mark)" : "(the command ran)";
}

std::vector<std::string> cells_of(const Report& report, const PhaseTotal& total, bool has_marks)
{
    const Phase& phase = total.phase;
    std::string endpoints = std::to_string(total.endpoints);
    if (&total != &report.phases.front() && total.new_endpoints > 0)
        endpoints += fmt::format(", {} new", total.new_endpoints);
    std::vector<std::string> cells{name_of(phase, has_marks),
                                   first_text(time_between(report.phases.front().phase.begin, phase.begin)),
                                   duration_text(time_between(phase.begin, phase.end)),
                                   std::move(endpoints),
                                   std::to_string(total.begun),
                                   size_text(total.out.payload_bytes),
                                   size_text(total.out.ip_bytes)};
    if (!is_sinkhole(report))
        cells.push_back(size_text(total.in.ip_bytes));
    return cells;
}

/// "npm 11.4.1, sh × 2": what these processes ran, in the order in which they began.
std::string programs_of(const Report& report, const std::vector<std::uint64_t>& ids)
{
    constexpr std::size_t few = 6;
    std::vector<std::pair<std::string, unsigned>> programs;
    for (const std::uint64_t id : ids) {
        const auto process = std::ranges::find(report.processes, id, &Process::id);
        if (process == report.processes.end())
            continue;
        std::string text = program_text(*process);
        const auto known = std::ranges::find(programs, text, [](const auto& entry) { return entry.first; });
        if (known == programs.end())
            programs.emplace_back(std::move(text), 1);
        else
            ++known->second;
    }
    std::string list;
    for (std::size_t i = 0; i < std::min(few, programs.size()); ++i) {
        const auto& [program, count] = programs[i];
        list += (i == 0 ? "" : ", ") + (count == 1 ? program : fmt::format("{} × {}", program, count));
    }
    return programs.size() > few ? fmt::format("{} and {} more", list, programs.size() - few) : list;
}

}  // namespace

bool shows_phases(const Report& report)
{
    return std::ranges::any_of(report.phases, [](const PhaseTotal& total) {
        return total.phase.opening == Phase::Opening::mark || (total.phase.opening == Phase::Opening::command_exit &&
                                                               (total.begun > 0 || total.out.payload_bytes > 0));
    });
}

PhaseCells phase_cells(const Report& report)
{
    const bool has_marks = std::ranges::any_of(
        report.phases, [](const PhaseTotal& total) { return total.phase.opening == Phase::Opening::mark; });
    PhaseCells cells;
    cells.rows.push_back({"PHASE", "BEGAN", "LASTED", "ENDPOINTS", "NEW FLOWS", "PAYLOAD OUT", "OUT"});
    if (!is_sinkhole(report))
        cells.rows.front().emplace_back("IN");
    for (const PhaseTotal& total : report.phases) {
        cells.rows.push_back(cells_of(report, total, has_marks));
        if (const std::string programs = programs_of(report, total.running); !programs.empty())
            cells.sentences.push_back("When the command had ended, still running: " + programs + ".");
    }
    cells.sentences.emplace_back(
        report.phases_are_whole()
            ? "PAYLOAD OUT is the most that left in a phase, retransmissions included."
            : "PAYLOAD OUT is the least that left in a phase, for some could not be read, or were lost.");
    return cells;
}

std::string before_mark_sentence(const Report& report)
{
    if (report.phases.size() < 2 || report.phases[1].phase.opening != Phase::Opening::mark)
        return {};
    const PhaseTotal& before = report.phases.front();
    return fmt::format("Before the mark '{}': {} {}, {} {} of payload {}", printable(report.phases[1].phase.label),
                       is_sinkhole(report) ? "attempted to contact" : "contacted",
                       before.endpoints == 0 ? "no endpoint" : count_text(before.endpoints, "endpoint", "endpoints"),
                       report.phases_are_whole() ? "at most" : "at least", size_text(before.out.payload_bytes),
                       is_sinkhole(report) ? "would have left" : "went out");
}

PhaseLines phase_lines(const Report& report)
{
    using enum Align;
    Columns columns{{left, right, right, left, right, right, right, right}};
    PhaseCells cells = phase_cells(report);
    for (std::vector<std::string>& row : cells.rows)
        columns.add(std::move(row));
    return {columns.lines(columns.widths()), std::move(cells.sentences)};
}

}  // namespace waybill
