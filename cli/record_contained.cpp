#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "base/joined.h"
#include "capture/network/contained_run.h"
#include "capture/network/namespaces.h"
#include "cli/recorded.h"

namespace waybill {
namespace {

void add_gap_of_browser(Run& run, const BrowserCounts& browser)
{
    if (browser == BrowserCounts{})
        return;
    recording::add_gap(run, GapKind::mode_limits, 1,
                       fmt::format("a browser of the host was asked for by the command (addresses opened: {}, shown: "
                                   "{}, refused: {}; connections that came back: {}): what it contacts is not recorded",
                                   browser.opened, browser.shown, browser.refused, browser.connections));
    if (const auto missed = browser.not_passed + browser.ports_missed + browser.marks_missed; missed > 0)
        recording::add_gap(
            run, GapKind::mode_limits, 1,
            fmt::format("not all that a browser answered could reach the command (connections ended: {}, "
                        "ports that were taken or too many: {}, marks not set: {})",
                        browser.not_passed, browser.ports_missed, browser.marks_missed));
}

void add_gaps(Run& run, const ContainedResult& result)
{
    using recording::add_gap;
    if (run.mode == NetworkMode::sinkhole)
        add_gap(run, GapKind::attempts_only, 1);
    else
        add_gap(run, GapKind::mode_limits, 1,
                "packets are seen before the uplink (" + result.uplink +
                    ") makes connections of its own of them: times, TTL and window sizes are not those outside");
    add_gap(run, GapKind::files_unprotected, 1);
    add_gap(run, GapKind::no_setuid, 1);
    for (const RecordedInterface& interface : result.interfaces) {
        add_gap(run, GapKind::kernel_dropped, interface.statistics.dropped, interface.name);
        add_gap(run, GapKind::not_written, interface.unwritten, interface.name);
        add_gap(run, GapKind::snap_length, interface.shortened, interface.name);
    }
    if (result.recording_failure)
        add_gap(run, GapKind::torn_input, 1, "the recording stopped early: " + *result.recording_failure);
    add_gap(run, GapKind::uplink_ended, result.uplink_ended ? 1 : 0, result.uplink);
    add_gap(run, GapKind::sink_refused, result.counts.tcp_cut_at_bound);
    add_gap(run, GapKind::names_shared, result.counts.names_beyond_bound);
    add_gap(run, GapKind::sockets_unplaced, result.unplaced_sockets);
    recording::add_gap_of_marks(run, result.refused_marks);
    recording::add_gap_of_timeout(run);
    add_gap(run, GapKind::leftover_processes, result.killed_processes);
    add_gap(run, GapKind::environment_removed, result.removed_environment.size() + result.covered_sockets.size(),
            joined(result.removed_environment, ", "));
    add_gap_of_browser(run, result.browser);
    if (result.owners)
        recording::add_gaps_of_owners(run, *result.owners);
    for (const std::string& sentence : result.gaps)
        add_gap(run, GapKind::mode_limits, 1, sentence);
}

Run describe_run(const RunOptions& options, const ContainedResult& result)
{
    Run run = recording::describe(options, result.command);
    run.mode = *options.network;
    run.started = result.started;
    run.ended = result.ended;
    run.command_ended = result.command_ended;
    recording::add_interfaces(run, result.interfaces);
    run.removed_environment = result.removed_environment;
    run.masked_sockets = result.covered_sockets;
    if (run.mode == NetworkMode::sinkhole)
        run.counts = {{"tcp_connections", result.counts.tcp_connections},
                      {"dns_queries", result.counts.dns_queries},
                      {"datagrams", result.counts.datagrams},
                      {"names", result.names.size()}};
    run.method = {RecordingMethod::Packets::network_namespace,
                  result.owners ? std::string{text(result.owners->source)} : std::string{},
                  {},
                  {}};
    // An uplink that ends takes its interface away: that is told as what it is, and the rest was recorded.
    const bool has_failed =
        (result.recording_failure && !result.uplink_ended) || (result.owners && result.owners->failure);
    run.stop = has_failed                    ? StopReason::failure
               : run.timed_out               ? StopReason::timeout
               : result.killed_processes > 0 ? StopReason::command_ended
                                             : StopReason::processes_ended;
    add_gaps(run, result);
    return run;
}

/// Root's browser is that of who called sudo; where nobody did, there is none that root could start.
std::optional<BrowserChoice> browser_of(const RunOptions& options)
{
    if (options.network != NetworkMode::isolated || options.no_browser)
        return std::nullopt;
    if (::geteuid() != 0)
        return BrowserChoice{};
    auto user = user_behind_sudo();
    if (user)
        return BrowserChoice{std::move(user), true};
    UserIdentity nobody;
    nobody.uid = nobody.gid = contained::nobody;
    return BrowserChoice{nobody, false};
}

/// Nobody is reached in a sinkhole, so that what is left behind there tells little more.
std::optional<std::chrono::milliseconds> linger_of(const RunOptions& options)
{
    constexpr std::chrono::seconds of_sinkhole{5};
    if (options.linger)
        return options.linger;
    return options.network == NetworkMode::sinkhole ? std::optional{of_sinkhole} : std::nullopt;
}

}  // namespace

std::expected<Recorded, Failure> record_contained(const RunOptions& options, const CaseFolder& folder,
                                                  const Prepared& prepared)
{
    ContainedOptions contained;
    contained.outside = options.network == NetworkMode::sinkhole ? Outside::nothing : Outside::uplink;
    contained.uplink = options.uplink;
    contained.command = options.command;
    contained.packets_file = folder.data() / recording::packets_name;
    contained.section.user_application = "waybill " WAYBILL_VERSION;
    contained.trimmer = recording::trimmer_for(options);
    contained.clean_environment = options.clean_environment;
    contained.linger = linger_of(options);
    contained.marks = prepared.marks;
    contained.steering = options.steering;
    contained.user = prepared.user;
    contained.fresh_home = prepared.home;
    contained.variables = options.variables;
    contained.timeout = options.timeout;
    contained.signals = &prepared.signals;
    contained.arguments = recording::arguments_of(options);
    contained.owners_file = folder.owners();
    contained.owner_source = ::geteuid() == 0 ? OwnerSource::kernel : OwnerSource::calls;
    contained.browser = browser_of(options);
    auto remains = std::make_unique<Remains>();
    const auto result = run_contained(contained, *remains);
    if (!result)
        return std::unexpected(recording::failure_of(result.error()));
    return Recorded{describe_run(options, *result), result->command, std::move(remains)};
}

}  // namespace waybill
