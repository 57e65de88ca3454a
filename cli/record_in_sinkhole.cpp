#include <unistd.h>

#include <chrono>

#include "capture/network/sinkhole.h"
#include "cli/recorded.h"

namespace waybill {
namespace {

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

void add_gaps(Run& run, const SinkholeResult& result)
{
    using recording::add_gap;
    add_gap(run, GapKind::attempts_only, 1);
    add_gap(run, GapKind::files_unprotected, 1);
    add_gap(run, GapKind::no_setuid, 1);
    for (const RecordedInterface& interface : result.interfaces) {
        add_gap(run, GapKind::kernel_dropped, interface.statistics.dropped, interface.name);
        add_gap(run, GapKind::snap_length, interface.shortened, interface.name);
    }
    if (result.recording_failure)
        add_gap(run, GapKind::torn_input, 1, "the recording stopped early: " + *result.recording_failure);
    add_gap(run, GapKind::sink_refused, result.counts.tcp_cut_at_bound);
    add_gap(run, GapKind::names_shared, result.counts.names_beyond_bound);
    add_gap(run, GapKind::sockets_unplaced, result.unplaced_sockets);
    add_gap(run, GapKind::leftover_processes, result.killed_processes);
    add_gap(run, GapKind::environment_removed, result.removed_environment.size() + result.covered_sockets.size(),
            joined(result.removed_environment));
    if (result.owners)
        recording::add_gaps_of_owners(run, *result.owners);
    for (const std::string& sentence : result.gaps)
        add_gap(run, GapKind::mode_limits, 1, sentence);
}

Run describe_run(const RunOptions& options, const SinkholeResult& result)
{
    Run run = recording::describe(options, result.command);
    run.mode = NetworkMode::sinkhole;
    run.started = result.started;
    run.ended = result.ended;
    for (const RecordedInterface& interface : result.interfaces)
        run.interfaces.push_back({interface.name, interface.statistics.received, interface.statistics.dropped});
    run.removed_environment = result.removed_environment;
    run.masked_sockets = result.covered_sockets;
    run.counts = {{"tcp_connections", result.counts.tcp_connections},
                  {"dns_queries", result.counts.dns_queries},
                  {"datagrams", result.counts.datagrams},
                  {"names", result.names.size()}};
    add_gaps(run, result);
    return run;
}

}  // namespace

std::expected<Recorded, Failure> record_in_sinkhole(const RunOptions& options, const CaseFolder& folder)
{
    const auto user = recording::user_of(options);
    if (!user)
        return std::unexpected(user.error());
    SinkholeOptions sinkhole;
    sinkhole.command = options.command;
    sinkhole.packets_file = folder.data() / recording::packets_name;
    sinkhole.section.user_application = "waybill " WAYBILL_VERSION;
    sinkhole.trimmer = recording::trimmer_for(options);
    sinkhole.clean_environment = options.clean_environment;
    sinkhole.grace = std::chrono::seconds{options.grace_seconds};
    sinkhole.user = *user;
    sinkhole.arguments = recording::arguments_of(options);
    sinkhole.owners_file = folder.owners();
    sinkhole.owner_source = ::geteuid() == 0 ? OwnerSource::kernel : OwnerSource::calls;
    sinkhole.fresh_home = recording::home_of(options, folder, *user);
    const auto result = run_in_sinkhole(sinkhole);
    recording::remove_home_of_another(sinkhole.fresh_home, *user);
    if (!result)
        return std::unexpected(recording::failure_of(result.error()));
    return Recorded{describe_run(options, *result), result->command};
}

}  // namespace waybill
