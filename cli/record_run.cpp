#include "cli/record_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "capture/fresh_home.h"
#include "capture/network/environment.h"
#include "capture/network/side_command.h"
#include "cli/print.h"

namespace waybill {
namespace {

using contained::HeldSignals;

/// The fresh HOME, with the recipe's files; nothing where the command keeps its user's.
std::expected<std::optional<FreshHome>, Failure> make_home(const RunOptions& options, const CaseFolder& folder,
                                                           const std::optional<UserIdentity>& user)
{
    if (!options.fresh_home)
        return std::nullopt;
    auto home = FreshHome::make(folder.folder(), user);
    if (!home)
        return std::unexpected(recording::failure_of(home.error()));
    if (options.recipe)
        for (const Recipe::File& file : options.recipe->files)
            if (const auto written = home->write(file.path, file.octets); !written)
                return std::unexpected(recording::failure_of(written.error()));
    if (const auto given = home->give_away(); !given)
        return std::unexpected(recording::failure_of(given.error()));
    return std::optional<FreshHome>{*std::move(home)};
}

/// The environment of what goes before the command and after it: the command's own but for what a network brings.
std::vector<std::string> environment_of(const RunOptions& options, const Prepared& prepared)
{
    contained::EnvironmentPlan plan;
    plan.contained = options.network != NetworkMode::host;
    plan.clean = options.clean_environment;
    plan.user = prepared.user;
    plan.fresh_home = prepared.home;
    plan.variables = options.variables;
    return contained::environment_for(contained::own_environment(), plan).variables;
}

/// What to say of a command that did not do what it was there for; empty where it did.
std::string objection(const std::expected<SideEnd, RunError>& ended)
{
    if (!ended)
        return ended.error().message;
    const CommandEnd& command = ended->command;
    if (command.not_executed)
        return *command.not_executed;
    if (ended->signal != 0)
        return fmt::format("signal {} came meanwhile", ended->signal);
    if (command.timed_out)
        return "its time was over (timeout)";
    if (command.signal)
        return fmt::format("signal {} ended it", *command.signal);
    return command.exit_status == 0 ? std::string{} : fmt::format("it ended with status {}", command.exit_status);
}

/// Runs the commands in order; what is wrong with the first that fails, which is the last that runs unless all do.
enum class AfterFailure : std::uint8_t { stop, go_on };
std::string run_all(const std::vector<Recipe::CommandLine>& commands, const char* member, SideCommand common,
                    const HeldSignals& signals, AfterFailure after)
{
    std::string first;
    for (std::size_t number = 0; number < commands.size(); ++number) {
        common.arguments = commands[number];
        const std::string problem = objection(run_beside(common, signals));
        if (problem.empty())
            continue;
        if (first.empty())
            first = printable(
                fmt::format("{}[{}] of the recipe, {}: {}", member, number, fmt::join(commands[number], " "), problem));
        if (after == AfterFailure::stop)
            return first;
    }
    return first;
}

std::expected<Recorded, Failure> record_in(const RunOptions& options, const CaseFolder& folder,
                                           const Prepared& prepared)
{
    auto recorded = options.network == NetworkMode::host ? record_on_host(options, folder, prepared)
                                                         : record_contained(options, folder, prepared);
    if (!recorded || options.steering == nullptr || !recorded->run.recipe)
        return recorded;
    auto steps = options.steering->finish();
    if (!steps)
        return std::unexpected(recording::failure_of(steps.error()));
    RecipeRun& recipe = *recorded->run.recipe;
    recipe.steps = std::move(steps->outcomes);
    recipe.failure = std::move(steps->failure);
    if (recipe.failure.empty())
        return recorded;
    recording::add_gap(recorded->run, GapKind::mode_limits, 1,
                       "the recipe was not followed to its end: " + recipe.failure);
    fail({ExitCode::run_failed, "the recipe failed: " + recipe.failure});
    return recorded;
}

/// Ties what drives the command in its terminal to the run.
std::expected<void, Failure> tie_driver(const Steering& steering, const Prepared& prepared)
{
    if (prepared.user)
        steering.give_terminal_to(prepared.user->uid);
    if (!prepared.marks)
        return {};
    const auto pipe = MarkPipe::open(prepared.marks->pipe);
    if (!pipe)
        return std::unexpected(Failure{ExitCode::cannot_create, pipe.error()});
    steering.tell_marks(*pipe);
    return {};
}

/// With what the recipe has done before and after.
std::expected<Recorded, Failure> record_between(const RunOptions& options, const CaseFolder& folder,
                                                const Prepared& prepared)
{
    if (!options.recipe)
        return record_in(options, folder, prepared);
    const Recipe& recipe = *options.recipe;
    const SideCommand common{{}, environment_of(options, prepared), prepared.user, options.timeout};
    const std::string problem = run_all(recipe.set_up, "set_up", common, prepared.signals, AfterFailure::stop);
    auto recorded = problem.empty() ? record_in(options, folder, prepared)
                                    : std::unexpected(Failure{ExitCode::run_failed, problem + "; nothing was run"});
    const std::string left = run_all(recipe.clean_up, "clean_up", common, prepared.signals, AfterFailure::go_on);
    if (!left.empty())
        fail({ExitCode::run_failed, left});
    if (!problem.empty())
        folder.remove_unbegun();
    return recorded;
}

}  // namespace

std::expected<Recorded, Failure> record_run(const RunOptions& options, const CaseFolder& folder)
{
    const auto user = recording::user_of(options);
    if (!user)
        return std::unexpected(user.error());
    const auto signals = std::make_shared<const HeldSignals>();
    const auto home = make_home(options, folder, *user);
    if (!home)
        return std::unexpected(home.error());
    const auto marks = recording::make_mark_pipe(options, folder, *user);
    if (!marks)
        return std::unexpected(marks.error());
    Prepared prepared{*user, std::nullopt, *signals, recording::mark_files(*marks, folder)};
    if (*home)
        prepared.home = (*home)->path();
    if (options.steering != nullptr)
        if (const auto tied = tie_driver(*options.steering, prepared); !tied)
            return std::unexpected(tied.error());
    auto recorded = record_between(options, folder, prepared);
    if (recorded)
        recorded->signals = signals;
    return recorded;
}

}  // namespace waybill
