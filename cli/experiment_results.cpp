#include "cli/experiment_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "capture/case_folder.h"
#include "cli/analyze_case.h"
#include "cli/rule_folders.h"
#include "report/units.h"
#include "report/words.h"
#include "rules/experiment/differences.h"
#include "rules/experiment/judge.h"
#include "rules/experiment/switch_arms.h"
#include "rules/experiment/units.h"
#include "rules/rate.h"

namespace waybill {
namespace {

using rules::ObservedRun;

/// The packs that all runs are rated by.
std::expected<Rules, Failure> rules_of(const ExperimentFolder& folder, const std::vector<RunRecord>& log,
                                       const std::vector<std::filesystem::path>& folders)
{
    for (const PlannedRun& run : planned_runs(folder.plan())) {
        const bool is_made = std::ranges::find(log, run.number, &RunRecord::number) != log.end();
        if (!is_made)
            continue;
        if (const auto opened = CaseFolder::open(folder.case_of(run)))
            return load_rules(*opened, folders);
    }
    return load_rules(folders);
}

/// What became of the run of a report, where it is not complete.
struct Failed {
    RunOutcome outcome = RunOutcome::failed;
    std::string what;
};

std::optional<Failed> failure_of(const Report& report, const RunRecord& record)
{
    constexpr int not_executable = 126;
    constexpr int not_found = 127;
    const Run& run = *report.run;
    const bool broke_off = std::ranges::any_of(run.gaps, [](const Gap& gap) {
        return gap.kind == GapKind::torn_input && gap.detail.starts_with("the recording broke off");
    });
    if (broke_off)
        return Failed{.what = "the recording broke off"};
    if (run.timed_out)
        return Failed{
            .outcome = RunOutcome::timed_out,
            .what = fmt::format("after {}", duration_text(run.timeout.value_or(std::chrono::milliseconds{})))};
    if (run.recipe && !run.recipe->failure.empty())
        return Failed{.what = run.recipe->failure};
    if (record.status == number(ExitCode::run_failed) && run.exit.code != record.status)
        return Failed{.what = "Waybill failed; see its log"};
    if (run.exit.code == not_found || run.exit.code == not_executable)
        return Failed{.what = fmt::format("the command ended with {}: it was not found, or could not be executed",
                                          run.exit.code)};
    return {};
}

ObservedRun observe_run(const ExperimentFolder& folder, const PlannedRun& planned, const RunRecord& record,
                        const Rules& rules, Experiment& experiment)
{
    ObservedRun run;
    const auto report = read_case(folder.case_of(planned), rules);
    if (!report || !report->run) {
        run.outcome = RunOutcome::failed;
        run.what = folder.last_words_of(planned);  // a case that is not there was never begun: that says why
        if (run.what.empty())
            run.what = report ? "its case tells of no run" : report.error().message;
    } else {
        run = rules::observe(*report);
        run.circumstances = circumstances_of(*report, record, folder.case_of(planned));
        if (auto failure = failure_of(*report, record)) {
            run.outcome = failure->outcome;
            run.what = std::move(failure->what);
        }
        if (!experiment.network)
            experiment.network = report->run->mode;
    }
    run.number = planned.number;
    run.arm = planned.arm;
    return run;
}

std::vector<std::string> settings_of(const Plan::Arm& arm)
{
    std::vector<std::string> lines;
    lines.reserve(arm.environment.size() + arm.files.size() + arm.before.size() + 2);
    for (const auto& [name, value] : arm.environment)
        lines.push_back(fmt::format("{}={}", name, value));
    if (!arm.command.empty())
        lines.push_back("command: " + command_text(arm.command));
    if (!arm.arguments.empty())
        lines.push_back("arguments: " + command_text(arm.arguments));
    for (const Plan::File& file : arm.files)
        lines.push_back(fmt::format("file: {}", file.path));
    for (const Plan::CommandLine& before : arm.before)
        lines.push_back("before: " + command_text(before));
    return lines;
}

std::vector<ArmSummary> summaries(const Plan& plan, const std::vector<ObservedRun>& runs, const Rules& rules,
                                  rules::Date day)
{
    std::vector<ArmSummary> arms;
    for (const Plan::Arm& arm : plan.arms) {
        ArmSummary summary;
        summary.name = arm.name;
        summary.sets = settings_of(arm);
        summary.switches = rules::cite_switches(rules.book, arm.switches, day);
        summary.covers = arm.covers;
        summary.planned = plan.repeats;
        arms.push_back(std::move(summary));
    }
    for (const ObservedRun& run : runs) {
        if (run.outcome == RunOutcome::complete)
            ++arms[run.arm].complete;
        else if (run.outcome != RunOutcome::not_run)
            ++arms[run.arm].failed;
    }
    return arms;
}

std::vector<ToldRun> told(const std::vector<ObservedRun>& runs)
{
    std::vector<ToldRun> found;
    for (const ObservedRun& run : runs)
        if (run.outcome != RunOutcome::complete)
            found.push_back({.number = run.number, .arm = run.arm, .outcome = run.outcome, .what = run.what});
    return found;
}

}  // namespace

std::expected<Experiment, Failure> read_experiment(const ExperimentFolder& folder,
                                                   const std::vector<std::filesystem::path>& folders)
{
    const auto log = folder.read_log();
    if (!log)
        return std::unexpected(log.error());
    if (log->empty())
        return std::unexpected(
            Failure{ExitCode::input_not_understood, folder.path().string() + ": no run has been made yet"});
    const auto rules = rules_of(folder, *log, folders);
    if (!rules)
        return std::unexpected(rules.error());
    const Plan& plan = folder.plan();
    Experiment experiment;
    experiment.name = plan.name;
    experiment.product = plan.product;
    experiment.place = folder.path().string();
    experiment.command = command_of(plan.recipe);
    experiment.margin = plan.margin;
    experiment.order = text(plan.order);
    std::vector<ObservedRun> runs;
    for (const PlannedRun& planned : planned_runs(plan)) {
        const auto record = std::ranges::find(*log, planned.number, &RunRecord::number);
        if (record != log->end()) {
            runs.push_back(observe_run(folder, planned, *record, *rules, experiment));
            experiment.first = std::min(experiment.first.value_or(record->began), record->began);
            experiment.last = std::max(experiment.last.value_or(record->ended), record->ended);
        } else {
            ObservedRun& run = runs.emplace_back();
            run.number = planned.number;
            run.arm = planned.arm;
        }
    }
    rules::narrow_by_accidents(runs);
    const rules::Date day = std::chrono::floor<std::chrono::days>(*experiment.last);
    experiment.arms = summaries(plan, runs, *rules, day);
    if (!plan.product.empty())
        experiment.by_hand = rules::switches_by_hand(rules->book, plan.product, day);
    std::vector<rules::UnitRuns> units = rules::units_of(runs, plan.arms.size());
    experiment.family = rules::judge(units, experiment.arms, plan.margin);
    for (rules::UnitRuns& unit : units)
        experiment.units.push_back(std::move(unit.unit));
    experiment.told = told(runs);
    experiment.differences = rules::differences(runs, plan.arms.size());
    experiment.compared = rules::compared(runs);
    experiment.gaps = rules::added_gaps(runs);
    experiment.rules = rules::identity(rules->book, rules->suffixes, rules::Digests::computed);
    return experiment;
}

}  // namespace waybill
