#include <algorithm>

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
    recording::add_gap_of_timeout(run);
    for (const RecordedInterface& interface : recorded.interfaces) {
        add_gap(run, GapKind::not_written, interface.unwritten, interface.name);
        add_gap(run, GapKind::snap_length, interface.shortened, interface.name);
    }
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
    const bool is_whole = std::ranges::none_of(result.recording.interfaces, &RecordedInterface::unwritten);
    if (result.recording.counter && is_whole)
        run.counters = {*result.recording.counter};
    run.counts = {{"processes", result.recording.processes}, {"sockets", result.recording.sockets}};
    run.method = {RecordingMethod::Packets::sockets, std::string{text(result.recording.source)}, {}, {}};
    run.stop = result.recording.failure ? StopReason::failure
               : run.timed_out          ? StopReason::timeout
               : result.left_processes  ? StopReason::command_ended
                                        : StopReason::processes_ended;
    add_gaps(run, result);
    return run;
}

}  // namespace

std::expected<Recorded, Failure> record_on_host(const RunOptions& options, const CaseFolder& folder,
                                                const Prepared& prepared)
{
    HostRunOptions host;
    host.command = options.command;
    host.packets_file = folder.data() / recording::packets_name;
    host.owners_file = folder.owners();
    host.section.user_application = "waybill " WAYBILL_VERSION;
    host.trimmer = recording::trimmer_for(options);
    host.clean_environment = options.clean_environment;
    host.user = prepared.user;
    host.fresh_home = prepared.home;
    host.variables = options.variables;
    host.timeout = options.timeout;
    host.signals = &prepared.signals;
    host.arguments = recording::arguments_of(options);
    host.linger = options.linger;
    host.marks = prepared.marks;
    host.steering = options.steering;
    const auto result = run_on_host(host);
    if (!result)
        return std::unexpected(recording::failure_of(result.error()));
    return Recorded{describe_run(options, *result), result->command, nullptr};
}

}  // namespace waybill
