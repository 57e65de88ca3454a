#include "cli/capture_command.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "capture/live_run.h"
#include "cli/print.h"
#include "cli/record_case.h"

namespace waybill {
namespace {

constexpr std::uint64_t octets_of_megabyte = 1'000'000;

std::string packets_name(unsigned file)
{
    return fmt::format("packets-{:04}.pcapng", file);
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string subject_of(const CaptureOptions& options)
{
    if (!options.interfaces.empty())
        return joined(options.interfaces);
    return options.container.empty() ? options.cgroup.string() : "container " + options.container;
}

/// The scope that was asked for; nothing for the whole host.
std::expected<std::optional<std::filesystem::path>, Failure> scope_of(const CaptureOptions& options)
{
    if (options.container.empty() && options.cgroup.empty())
        return std::nullopt;
    auto folder = options.container.empty() ? find_cgroup(options.cgroup) : find_container(options.container);
    if (!folder)
        return std::unexpected(Failure{ExitCode::usage, folder.error()});
    return *std::move(folder);
}

Run describe_capture(const CaptureOptions& options, const LiveRunResult& result)
{
    using recording::add_gap;
    Run run = recording::describe_host(options);
    run.mode = NetworkMode::interface;
    run.command = {};
    run.started = result.started;
    run.ended = result.ended;
    run.packet_files.clear();
    for (unsigned file = 1; file <= result.files; ++file)
        run.packet_files.push_back(packets_name(file));
    const OwnerRecording& recorded = result.recording;
    run.counts = {{"processes", recorded.processes}, {"sockets", recorded.sockets}};
    recording::add_interfaces(run, recorded.interfaces);
    if (recorded.counter)
        run.counters = {*recorded.counter};
    for (const RecordedInterface& interface : recorded.interfaces) {
        add_gap(run, GapKind::kernel_dropped, interface.statistics.dropped, interface.name);
        add_gap(run, GapKind::interface_dropped, interface.statistics.interface_dropped, interface.name);
        add_gap(run, GapKind::snap_length, interface.shortened, interface.name);
    }
    recording::add_gaps_of_owners(run, recorded);
    return run;
}

std::expected<Recorded, Failure> record(const CaptureOptions& options,
                                        const std::optional<std::filesystem::path>& scope, const CaseFolder& folder)
{
    LiveRunOptions live;
    live.interfaces = options.interfaces;
    live.filter = options.filter;
    live.cgroup = scope;
    live.packets_file = [&folder](unsigned file) { return folder.data() / packets_name(file); };
    live.owners_file = folder.owners();
    live.section.user_application = "waybill " WAYBILL_VERSION;
    live.trimmer = recording::trimmer_for(options);
    live.arguments = recording::arguments_of(options);
    if (options.duration_seconds)
        live.duration = std::chrono::seconds{*options.duration_seconds};
    live.most_packets = options.packets;
    live.most_octets = options.rotate_megabytes * octets_of_megabyte;
    live.longest = std::chrono::seconds{options.rotate_seconds};
    const auto result = record_live(live);
    if (!result)
        return std::unexpected(recording::failure_of(result.error()));
    return Recorded{describe_capture(options, *result), {}};
}

}  // namespace

int capture_command(const CaptureOptions& options)
{
    const bool has_scope = !options.container.empty() || !options.cgroup.empty();
    if (options.interfaces.empty() && !has_scope)
        return number(fail({ExitCode::usage,
                            "capture needs what to record: -i IF (any for all interfaces), --cgroup PATH "
                            "or --container ID"}));
    if (!options.interfaces.empty() && has_scope)
        return number(fail({ExitCode::usage,
                            "-i records an interface, --cgroup and --container the sockets of some processes wherever "
                            "they go: write one of them"}));
    auto scope = scope_of(options);
    if (!scope)
        return number(fail(scope.error()));
    Recording recording;
    recording.name = "capture";
    recording.run = recording::describe_host(options);
    recording.run.mode = NetworkMode::interface;
    recording.opening_line =
        fmt::format("recording {} · ends with {}", printable(subject_of(options)),
                    options.duration_seconds ? fmt::format("{} s or Ctrl-C", *options.duration_seconds) : "Ctrl-C");
    recording.record = [&](const CaseFolder& folder) { return record(options, *scope, folder); };
    return record_case(options, recording);
}

}  // namespace waybill
