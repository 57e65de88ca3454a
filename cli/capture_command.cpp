#include "cli/capture_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/joined.h"
#include "base/text.h"
#include "capture/live_run.h"
#include "capture/owner/process_facts.h"
#include "cli/print.h"
#include "cli/record_case.h"
#include "report/units.h"

namespace waybill {
namespace {

constexpr std::uint64_t octets_of_megabyte = 1'000'000;

std::string packets_name(unsigned file)
{
    return fmt::format("packets-{:04}.pcapng", file);
}

std::string subject_of(const CaptureOptions& options)
{
    const std::string where = options.interfaces.empty() ? "" : " through " + joined(options.interfaces, ", ");
    if (!options.processes.empty())
        return fmt::format("process {}{}", fmt::join(options.processes, ", "), where);
    if (!options.user.empty())
        return fmt::format("processes of {}{}", options.user, where);
    if (!options.program.empty())
        return options.program.string() + where;
    if (!options.interfaces.empty())
        return joined(options.interfaces, ", ");
    return options.container.empty() ? options.cgroup.string() : "container " + options.container;
}

std::unexpected<Failure> not_usable(std::string message)
{
    return std::unexpected(Failure{ExitCode::usage, std::move(message)});
}

/// What of the command line makes no sense; nothing when all does.
std::optional<std::string> contradiction_in(const CaptureOptions& options)
{
    const bool has_cgroup = !options.container.empty() || !options.cgroup.empty();
    const int narrowings =
        (options.processes.empty() ? 0 : 1) + (options.user.empty() ? 0 : 1) + (options.program.empty() ? 0 : 1);
    if (options.interfaces.empty() && !has_cgroup && narrowings == 0)
        return "capture needs what to record: -i IF (any for all interfaces), --pid, --user, --exe, --cgroup or "
               "--container";
    if (!options.interfaces.empty() && has_cgroup)
        return "-i records an interface, --cgroup and --container the sockets of some processes wherever they go: "
               "write "
               "one of them";
    if (narrowings > 1)
        return "--pid, --user and --exe each choose processes: write one of them";
    const bool is_by_socket = has_cgroup || narrowings > 0;
    if (narrowings > 0 && options.interfaces.size() > 1)
        return "with --pid, --user or --exe one interface can be named, or any";
    const bool is_for_files = options.packets != 0 || options.rotate_megabytes != 0 || options.rotate_time;
    if (is_by_socket && is_for_files)
        return "--packets, --rotate-size and --rotate-time are for whole interfaces: end it by --duration or Ctrl-C";
    if (is_by_socket && !options.filter.empty())
        return "--filter is for whole interfaces; packets of some processes are chosen by their sockets";
    return std::nullopt;
}

/// The processes that were asked for.
std::expected<ProcessChoice, Failure> choice_of(const CaptureOptions& options)
{
    ProcessChoice choice;
    choice.processes = options.processes;
    for (const std::uint32_t process : options.processes)
        if (!read_process_birth(process))
            return not_usable(fmt::format("{}: there is no such process (--pid)", process));
    if (!options.user.empty()) {
        choice.user = find_uid(options.user);
        if (!choice.user)
            return not_usable(options.user + ": no such user, and no number of one (--user)");
    }
    if (!options.program.empty()) {
        choice.program = identify_program(options.program);
        if (!choice.program)
            return not_usable(options.program.string() + ": no such file (--exe takes the path of an executable)");
    }
    if (options.container.empty() && options.cgroup.empty())
        return choice;
    auto folder = options.container.empty() ? find_cgroup(options.cgroup) : find_container(options.container);
    if (!folder)
        return not_usable(folder.error());
    choice.cgroup = *std::move(folder);
    return choice;
}

/// What was chosen, as words of the command line.
std::vector<std::string> selection_of(const CaptureOptions& options)
{
    std::vector<std::string> words;
    for (const std::string& interface : options.interfaces)
        words.push_back("-i " + interface);
    for (const auto process : options.processes)
        words.push_back(fmt::format("--pid {}", process));
    const std::pair<const char*, std::string> others[] = {{"--user", options.user},
                                                          {"--exe", options.program.string()},
                                                          {"--cgroup", options.cgroup.string()},
                                                          {"--container", options.container}};
    for (const auto& [option, value] : others)
        if (!value.empty())
            words.push_back(fmt::format("{} {}", option, value));
    return words;
}

StopReason stop_of(const CaptureOptions& options, const LiveRunResult& result)
{
    if (result.recording.failure)
        return StopReason::failure;
    if (result.signal != 0)
        return StopReason::signal;
    return options.duration && result.ended - result.started >= *options.duration ? StopReason::duration
                                                                                  : StopReason::packets;
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
    if (recorded.counter && std::ranges::none_of(recorded.interfaces, &RecordedInterface::unwritten))
        run.counters = {*recorded.counter};
    for (const RecordedInterface& interface : recorded.interfaces) {
        add_gap(run, GapKind::kernel_dropped, interface.statistics.dropped, interface.name);
        add_gap(run, GapKind::interface_dropped, interface.statistics.interface_dropped, interface.name);
        add_gap(run, GapKind::not_written, interface.unwritten, interface.name);
        add_gap(run, GapKind::snap_length, interface.shortened, interface.name);
    }
    run.method = {options.interfaces.empty() ? RecordingMethod::Packets::sockets : RecordingMethod::Packets::interfaces,
                  std::string{text(recorded.source)}, options.filter, selection_of(options)};
    run.stop = stop_of(options, result);
    recording::add_gaps_of_owners(run, recorded);
    const bool is_narrowed = !options.processes.empty() || !options.user.empty() || !options.program.empty();
    if (is_narrowed)
        add_gap(run, GapKind::not_followed, recorded.losses.sockets);
    if (is_narrowed && options.cgroup.empty() && options.container.empty())
        add_gap(run, GapKind::mode_limits, 1,
                "what these processes asked of daemons over UNIX sockets is not told where no cgroup is given");
    return run;
}

std::expected<Recorded, Failure> record(const CaptureOptions& options, const ProcessChoice& choice,
                                        const CaseFolder& folder)
{
    LiveRunOptions live;
    live.interfaces = options.interfaces;
    live.filter = options.filter;
    live.processes = choice;
    live.packets_file = [&folder](unsigned file) { return folder.data() / packets_name(file); };
    live.owners_file = folder.owners();
    live.section.user_application = "waybill " WAYBILL_VERSION;
    live.trimmer = recording::trimmer_for(options);
    live.arguments = recording::arguments_of(options);
    live.duration = options.duration;
    live.most_packets = options.packets;
    live.most_octets = options.rotate_megabytes * octets_of_megabyte;
    live.longest = options.rotate_time.value_or(std::chrono::milliseconds{});
    const auto marks = recording::make_mark_pipe(options, folder, {});
    if (!marks)
        return std::unexpected(marks.error());
    live.marks = recording::mark_files(*marks, folder);
    const auto result = record_live(live);
    if (!result)
        return std::unexpected(recording::failure_of(result.error()));
    return Recorded{describe_capture(options, *result), {}, nullptr, result->signals};
}

}  // namespace

int capture_command(const CaptureOptions& options)
{
    if (auto contradiction = contradiction_in(options))
        return number(fail({ExitCode::usage, *std::move(contradiction)}));
    const auto choice = choice_of(options);
    if (!choice)
        return number(fail(choice.error()));
    Recording recording;
    recording.name = "capture";
    recording.run = recording::describe_host(options);
    recording.run.mode = NetworkMode::interface;
    recording.opening_line = fmt::format("recording {} · ends with {}", printable(subject_of(options)),
                                         options.duration ? duration_text(*options.duration) + " or Ctrl-C" : "Ctrl-C");
    recording.record = [&](const CaseFolder& folder) { return record(options, *choice, folder); };
    return record_case(options, recording);
}

}  // namespace waybill
