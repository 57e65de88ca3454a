#include "capture/network/host_run.h"
#include "cli/recorded.h"

namespace waybill {
namespace {

void add_gaps(Run& run, const HostRunResult& result)
{
    using recording::add_gap;
    const OwnerRecording& recorded = result.recording;
    add_gap(run, GapKind::kernel_dropped, recorded.losses.packets);
    recording::add_gaps_of_owners(run, recorded);
    for (const RecordedInterface& interface : recorded.interfaces)
        add_gap(run, GapKind::snap_length, interface.shortened, interface.name);
    if (result.left_processes)
        add_gap(run, GapKind::mode_limits, 1, "processes that the command left behind ran on when the recording ended");
}

Run describe_run(const RunOptions& options, const HostRunResult& result)
{
    Run run = recording::describe(options, result.command);
    run.mode = NetworkMode::host;
    run.started = result.started;
    run.ended = result.ended;
    run.command_ended = result.command_ended;
    recording::add_interfaces(run, result.recording.interfaces);
    if (result.recording.counter)
        run.counters = {*result.recording.counter};
    run.counts = {{"processes", result.recording.processes}, {"sockets", result.recording.sockets}};
    add_gaps(run, result);
    return run;
}

}  // namespace

std::expected<Recorded, Failure> record_on_host(const RunOptions& options, const CaseFolder& folder)
{
    const auto user = recording::user_of(options);
    if (!user)
        return std::unexpected(user.error());
    const auto marks = recording::make_mark_pipe(options, folder, *user);
    if (!marks)
        return std::unexpected(marks.error());
    HostRunOptions host;
    host.command = options.command;
    host.packets_file = folder.data() / recording::packets_name;
    host.owners_file = folder.owners();
    host.section.user_application = "waybill " WAYBILL_VERSION;
    host.trimmer = recording::trimmer_for(options);
    host.clean_environment = options.clean_environment;
    host.user = *user;
    host.fresh_home = recording::home_of(options, folder, *user);
    host.arguments = recording::arguments_of(options);
    host.linger = options.linger;
    host.marks = recording::mark_files(*marks, folder);
    const auto result = run_on_host(host);
    recording::remove_home_of_another(host.fresh_home, *user);
    if (!result)
        return std::unexpected(recording::failure_of(result.error()));
    return Recorded{describe_run(options, *result), result->command, nullptr};
}

}  // namespace waybill
