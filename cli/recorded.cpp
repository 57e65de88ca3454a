#include "cli/recorded.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <memory>
#include <set>

#include "analyze/trim/metadata_trimmer.h"
#include "capture/network/environment.h"
#include "capture/owner/redact.h"

namespace waybill::recording {

std::expected<std::optional<UserIdentity>, Failure> user_of(const RunOptions& options)
{
    if (options.user.empty())
        return user_behind_sudo();
    auto user = find_user(options.user);
    if (!user)
        return std::unexpected(Failure{ExitCode::usage, options.user + ": no such user (--user)"});
    return user;
}

std::expected<std::optional<MarkPipe>, Failure> make_mark_pipe(const RecordOptions& options, const CaseFolder& folder,
                                                               const std::optional<UserIdentity>& user)
{
    if (options.no_marks)
        return std::nullopt;
    auto pipe = MarkPipe::make({folder.folder(), options.mark_file, user});
    if (!pipe)
        return std::unexpected(Failure{ExitCode::cannot_create, "the pipe of marks cannot be made: " + pipe.error()});
    return std::optional{*std::move(pipe)};
}

std::optional<MarkFiles> mark_files(const std::optional<MarkPipe>& pipe, const CaseFolder& folder)
{
    return pipe ? std::optional{MarkFiles{pipe->path(), folder.marks()}} : std::nullopt;
}

Trimmer trimmer_for(const RecordOptions& options)
{
    if (options.keep == KeepChoice::full)
        return {};
    return [trimmer = std::make_shared<MetadataTrimmer>()](const Packet& packet) {
        MetadataTrimmer::Kept kept = trimmer->trim(packet);
        return TrimResult{kept.octets, std::move(kept.comment)};
    };
}

ProcessTable::Arguments arguments_of(const RecordOptions& options)
{
    return options.keep_arguments ? ProcessTable::Arguments::whole : ProcessTable::Arguments::without_secrets;
}

Run describe_host(const RecordOptions& options)
{
    Run run;
    run.waybill = WAYBILL_VERSION;
    std::error_code problem;
    run.working_directory = std::filesystem::current_path(problem).string();
    utsname system{};
    if (uname(&system) == 0) {
        run.kernel = static_cast<const char*>(system.release);
        run.machine = static_cast<const char*>(system.machine);
    }
    run.user = getuid();
    run.trimmed = options.keep == KeepChoice::metadata;
    run.packet_files = {std::string{packets_name}};
    return run;
}

namespace {

/// Sorted, each once.
std::vector<std::string> names_of(const std::vector<std::string>& variables)
{
    std::set<std::string> names;
    for (const std::string& variable : variables)
        names.insert(variable.substr(0, variable.find('=')));
    return {names.begin(), names.end()};
}

/// Before anything of it was done.
RecipeRun recipe_run_of(const Recipe& recipe)
{
    RecipeRun run{recipe.name, recipe.sha256, recipe.account, recipe.environment, {}, {}};
    for (const RecipeStep& step : recipe.steps)
        run.steps.push_back({step.kind, StepOutcome::End::not_reached, {}, {}});
    return run;
}

}  // namespace

Run describe(const RunOptions& options, const CommandEnd& command)
{
    Run run = describe_host(options);
    run.command = (options.keep_arguments ? without_sign_in(options.command) : redact(options.command)).arguments;
    run.exit = {command.exit_status, command.signal.value_or(0)};
    run.mode_source = options.network_source;
    run.fresh_home = options.fresh_home;
    run.clean_environment = options.clean_environment;
    run.set_environment = names_of(options.variables);
    run.timeout = options.timeout;
    run.timed_out = command.timed_out;
    if (options.recipe)
        run.recipe = recipe_run_of(*options.recipe);
    contained::EnvironmentPlan plan;  // the values of the places that are not known yet are kept nowhere
    plan.contained = options.network != NetworkMode::host;
    plan.clean = options.clean_environment;
    plan.variables = options.variables;
    if (options.fresh_home)
        plan.fresh_home = "/";
    if (const auto user = user_of(options))
        plan.user = *user;
    if (!options.no_marks)
        plan.marks = "/";
    const contained::Environment environment = contained::environment_for(contained::own_environment(), plan);
    run.proxies = read_proxy_settings(environment.variables);
    run.environment = names_of(environment.variables);
    return run;
}

void add_interfaces(Run& run, const std::vector<RecordedInterface>& interfaces)
{
    bool all_counted = true;
    for (const RecordedInterface& interface : interfaces) {
        const LiveStatistics& statistics = interface.statistics;
        run.interfaces.push_back(
            {interface.name, statistics.received, statistics.dropped, statistics.interface_dropped});
        all_counted &= interface.counter.has_value() && interface.unwritten == 0;
        if (interface.counter)
            run.counters.push_back(*interface.counter);
    }
    if (!all_counted)
        run.counters.clear();  // what is missing could not be told from what nobody counted
}

void add_gap(Run& run, GapKind kind, std::uint64_t count, std::string detail)
{
    if (count > 0)
        run.gaps.push_back({kind, count, std::move(detail)});
}

void add_gap_of_timeout(Run& run)
{
    if (run.timed_out && run.timeout)
        add_gap(run, GapKind::mode_limits, 1,
                fmt::format("the command was ended {} after it began (--timeout, or its recipe): what it would have "
                            "done later is not there",
                            *run.timeout));
}

void add_gap_of_marks(Run& run, std::uint64_t refused)
{
    if (refused > 0)
        add_gap(run, GapKind::mode_limits, 1, fmt::format("{} marks beyond the bound were not kept", refused));
}

namespace {

/// Where interfaces are recorded, what a process sends elsewhere is there all the same; whose it is, is not known.
void add_gap_of_departures(Run& run, const Departures& left)
{
    if (left.processes == 0)
        return;
    std::string who = fmt::format("{}", fmt::join(left.named, ", "));
    if (left.processes > left.named.size())
        who += fmt::format(" and {} more", left.processes - left.named.size());
    if (run.mode == NetworkMode::host || run.mode == NetworkMode::interface)
        add_gap(run, GapKind::cgroup_left, left.processes, std::move(who));
    else
        add_gap(run, GapKind::mode_limits, 1,
                "processes left the run's cgroup, and whose the sockets are that were made there since is not known: " +
                    who);
}

}  // namespace

void add_gaps_of_owners(Run& run, const OwnerRecording& recording)
{
    add_gap(run, GapKind::owner_unknown, recording.losses.events, "events of the kernel that were lost");
    add_gap(run, GapKind::owner_unknown, recording.call_losses.sockets, "calls on sockets that could not be looked at");
    add_gap(run, GapKind::owner_unknown, recording.call_losses.processes, "calls of processes that were gone at once");
    add_gap(run, GapKind::owner_unknown, recording.losses.sockets, "sockets that the kernel had no room to keep it of");
    add_gap(run, GapKind::not_followed, recording.losses.processes);
    add_gap_of_departures(run, recording.left);
    add_gap_of_marks(run, recording.refused_marks);
    if (recording.source == OwnerSource::calls)
        add_gap(
            run, GapKind::mode_limits, 1,
            "a process that only reads and writes on a socket which another connected is not seen: the other is named "
            "(owners by seccomp)");
    if (recording.failure)
        add_gap(run, GapKind::torn_input, 1, "the recording stopped early: " + *recording.failure);
    for (const RefusedHook& hook : recording.refused)
        add_gap(run, GapKind::mode_limits, 1, "the kernel refuses the hook " + hook.name + ": " + hook.reason);
}

Failure failure_of(const RunError& error)
{
    switch (error.kind) {
        case RunError::Kind::not_permitted:
            return {ExitCode::not_permitted, error.message};
        case RunError::Kind::cannot_create:
            return {ExitCode::cannot_create, error.message};
        case RunError::Kind::internal:
            break;
    }
    return {ExitCode::run_failed, error.message};
}

}  // namespace waybill::recording
