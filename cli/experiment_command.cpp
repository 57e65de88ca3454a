#include "cli/experiment_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "capture/case_folder.h"
#include "capture/privileges.h"
#include "capture/wall_clock.h"
#include "cli/experiment_child.h"
#include "cli/experiment_folder.h"
#include "cli/experiment_plan.h"
#include "cli/experiment_results.h"
#include "cli/print.h"
#include "report/experiment_text.h"
#include "report/words.h"

namespace waybill {
namespace {

constexpr int signal_status = 128;

void say(std::string_view line)
{
    // A message that stderr does not take has no other place to go.
    static_cast<void>(write_all(STDERR_FILENO, printable(line) + "\n"));
}

std::vector<std::pair<std::string, std::string>> environment_that_matters()
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const char* const name : variables_that_matter)
        if (const char* const value = std::getenv(name); value != nullptr && *value != '\0')
            found.emplace_back(name, value);
    return found;
}

/// What neither the plan nor a recipe says.
void append_run_options(std::vector<std::string>& words, const ExperimentOptions& options)
{
    for (const std::filesystem::path& rules : options.rules)
        words.insert(words.end(), {"--rules", std::filesystem::absolute(rules).string()});
    if (!options.user.empty())
        words.insert(words.end(), {"--user", options.user});
    if (!options.uplink.empty())
        words.insert(words.end(), {"--uplink", options.uplink});
}

std::vector<std::string> run_arguments(const ExperimentFolder& folder, const PlannedRun& run,
                                       const ExperimentOptions& options)
{
    std::vector<std::string> words{"run", "--recipe", folder.recipe(run.arm).string(), "--case",
                                   folder.case_of(run).string()};
    append_run_options(words, options);
    return words;
}

/// What forbids to go on: a run that could not even begin would not the next time either.
std::optional<Failure> objection_of(const ExperimentFolder& folder, const PlannedRun& run, int status)
{
    constexpr std::array before_the_command{
        ExitCode::usage,         ExitCode::input_not_understood, ExitCode::input_not_readable, ExitCode::internal,
        ExitCode::cannot_create, ExitCode::input_output,         ExitCode::not_permitted,      ExitCode::bad_rules};
    if (CaseFolder::is_case(folder.case_of(run)))
        return {};
    const auto code = std::ranges::find_if(before_the_command, [&](ExitCode each) { return number(each) == status; });
    if (code == before_the_command.end())
        return {};
    return Failure{*code, fmt::format("run {} of arm \"{}\" could not begin: {}", run.number,
                                      folder.plan().arms[run.arm].name, folder.last_words_of(run))};
}

/// Makes one run and notes it down. Nothing is noted down of one that was broken off, so that it is made again.
std::expected<void, Failure> make_run(const ExperimentFolder& folder, const PlannedRun& run,
                                      const ExperimentOptions& options)
{
    if (const auto aside = folder.put_aside(run); !aside)
        return aside;
    RunRecord record;
    record.number = run.number;
    record.arm = folder.plan().arms[run.arm].name;
    record.environment = environment_that_matters();
    record.began = wall_clock();
    const auto status = run_self(run_arguments(folder, run, options), folder.log_of(run));
    record.ended = wall_clock();
    if (!status)
        return std::unexpected(status.error());
    if (PassedSignals::received() != 0)
        return {};
    if (auto objection = objection_of(folder, run, *status))
        return std::unexpected(*std::move(objection));
    record.status = *status;
    return folder.add_to_log(record);
}

/// Makes the runs that are not there yet; gives the signal that ended it, 0 for none.
std::expected<int, Failure> make_runs(const ExperimentFolder& folder, const ExperimentOptions& options)
{
    const auto begun = folder.begin_runs();
    if (!begun)
        return std::unexpected(begun.error());
    const auto log = folder.read_log();
    if (!log)
        return std::unexpected(log.error());
    const std::vector<PlannedRun> runs = planned_runs(folder.plan());
    say(fmt::format("waybill  experiment of {} runs, {} made · {}", runs.size(), log->size(), folder.path().string()));
    const PassedSignals signals;
    for (const PlannedRun& run : runs) {
        if (std::ranges::find(*log, run.number, &RunRecord::number) != log->end())
            continue;
        say(fmt::format("waybill  run {} of {}: {}", run.number, runs.size(), folder.plan().arms[run.arm].name));
        if (const auto made = make_run(folder, run, options); !made)
            return std::unexpected(made.error());
        if (PassedSignals::received() != 0)
            break;
    }
    return PassedSignals::received();
}

std::string rendered(const Experiment& results, ExperimentFormat format)
{
    if (format == ExperimentFormat::json)
        return experiment_to_json(results);
    if (format == ExperimentFormat::markdown)
        return experiment_to_markdown(results);
    return experiment_to_terminal(results, terminal_style(STDOUT_FILENO, false));
}

ExitCode verdict_code(const Experiment& results, const ExperimentOptions& options)
{
    const bool has_not_reduced = std::ranges::any_of(results.units, [](const Unit& unit) {
        return std::ranges::any_of(unit.comparisons, [](const ArmComparison& comparison) {
            return comparison.is_covered && comparison.verdict == ArmComparison::Verdict::not_reduced;
        });
    });
    if (options.fail_on_not_reduced && has_not_reduced)
        return ExitCode::findings;
    return results.is_incomplete() ? ExitCode::incomplete : ExitCode::ok;
}

/// Writes results.json into the folder and prints the results.
ExitCode tell(const ExperimentFolder& folder, const ExperimentOptions& options)
{
    const auto results = read_experiment(folder, options.rules);
    if (!results)
        return fail(results.error());
    if (const auto written = write_file(folder.results(), experiment_to_json(*results)); !written)
        return fail({ExitCode::input_output, written.error()});
    const ExitCode printed = print_text(rendered(*results, options.format));
    return printed == ExitCode::ok ? verdict_code(*results, options) : printed;
}

/// The command line that goes on with an experiment, for a shell.
std::string way_on(const ExperimentFolder& folder, const ExperimentOptions& options)
{
    std::vector<std::string> words{"waybill", "experiment", (folder.path() / "plan.json").string(), "--out",
                                   folder.path().string()};
    append_run_options(words, options);
    return command_text(words);
}

ExitCode follow(const Plan& plan, const ExperimentOptions& options)
{
    std::vector<std::string> command = plan.arms.front().command;
    if (command.empty())
        command = command_of(plan.recipe);
    const auto place = options.out.empty()
                           ? ExperimentFolder::default_path(command.empty() ? "command" : command.front())
                           : options.out;
    const auto folder = ExperimentFolder::prepare(place, plan);
    if (!folder)
        return fail(folder.error());
    const auto signal = make_runs(*folder, options);
    if (!signal)
        return fail(signal.error());
    if (*signal != 0) {
        say("waybill: broken off; go on by: " + way_on(*folder, options));
        return static_cast<ExitCode>(signal_status + *signal);
    }
    if (const auto failed = keep_only_files())
        return fail({ExitCode::internal, "cannot drop privileges: " + failed.message()});
    return tell(*folder, options);
}

}  // namespace

ExitCode experiment(const ExperimentOptions& options)
{
    const auto plan = plan_of(options);
    return plan ? follow(*plan, options) : fail(plan.error());
}

ExitCode experiment_opt_out(const ExperimentOptions& options)
{
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const auto plan = opt_out_plan(options, *rules);
    return plan ? follow(*plan, options) : fail(plan.error());
}

ExitCode experiment_report(const ExperimentOptions& options)
{
    const auto folder = ExperimentFolder::open(options.folder);
    return folder ? tell(*folder, options) : fail(folder.error());
}

}  // namespace waybill
