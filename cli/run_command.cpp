#include "cli/run_command.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <memory>

#include "analyze/trim/metadata_trimmer.h"
#include "base/file.h"
#include "base/text.h"
#include "capture/case_folder.h"
#include "capture/network/sinkhole.h"
#include "capture/privileges.h"
#include "cli/analyze_case.h"
#include "cli/build_report.h"
#include "cli/print.h"
#include "report/json.h"

namespace waybill {
namespace {

constexpr std::string_view packets_name = "packets-0001.pcapng";

constexpr std::string_view network_needed =
    "run needs --network, so that nothing reaches the internet by surprise:\n"
    "  --network sinkhole  nothing leaves this machine; every name and address answers, then ends politely\n"
    "  --network isolated  (not in this version) a network of its own with an uplink, without root\n"
    "  --network host      (not in this version) the host's own network, as root";

Timestamp now()
{
    return std::chrono::floor<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

void say(std::string_view line)
{
    // A message that stderr does not take has no other place to go.
    static_cast<void>(write_all(STDERR_FILENO, std::string{line} + "\n"));
}

/// The line before the command begins: what this run can do.
std::string opening_line(const RunOptions& options, const CaseFolder& folder)
{
    return fmt::format("waybill  nothing can leave this machine · HOME is {} · case {}",
                       options.fresh_home ? "fresh" : "yours", printable(folder.folder().string()));
}

Trimmer trimmer_for(const RunOptions& options)
{
    if (options.keep == KeepChoice::full)
        return {};
    return [trimmer = std::make_shared<MetadataTrimmer>()](const Packet& packet) {
        MetadataTrimmer::Kept kept = trimmer->trim(packet);
        return TrimResult{kept.octets, std::move(kept.comment)};
    };
}

/// A place for a home that another user than the case's can reach.
std::filesystem::path home_of_another()
{
    return std::filesystem::temp_directory_path() / fmt::format("waybill-home-{}", getpid());
}

/// Leaves root nothing but its files: the packets are read next, and they are a stranger's.
std::expected<void, Failure> drop_privileges()
{
    if (geteuid() != 0)
        return {};
    for (const std::error_code problem : {forbid_new_privileges(), restrict_capabilities({})})
        if (problem)
            return std::unexpected(Failure{ExitCode::internal, "cannot drop privileges: " + problem.message()});
    return {};
}

std::expected<SinkholeOptions, Failure> sinkhole_options(const RunOptions& options, const CaseFolder& folder)
{
    SinkholeOptions sinkhole;
    sinkhole.command = options.command;
    sinkhole.packets_file = folder.data() / packets_name;
    sinkhole.section.user_application = "waybill " WAYBILL_VERSION;
    sinkhole.trimmer = trimmer_for(options);
    sinkhole.clean_environment = options.clean_environment;
    sinkhole.grace = std::chrono::seconds{options.grace_seconds};
    sinkhole.user = user_behind_sudo();
    if (!options.user.empty()) {
        sinkhole.user = find_user(options.user);
        if (!sinkhole.user)
            return std::unexpected(Failure{ExitCode::usage, options.user + ": no such user (--user)"});
    }
    if (options.fresh_home)
        sinkhole.fresh_home = sinkhole.user ? home_of_another() : folder.folder() / "home";
    return sinkhole;
}

void add_gap(Run& run, GapKind kind, std::uint64_t count, std::string detail = {})
{
    if (count > 0)
        run.gaps.push_back({kind, count, std::move(detail)});
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

void add_gaps(Run& run, const SinkholeResult& result)
{
    run.gaps.push_back({GapKind::attempts_only, 1, {}});
    run.gaps.push_back({GapKind::files_unprotected, 1, {}});
    run.gaps.push_back({GapKind::no_setuid, 1, {}});
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
    for (const std::string& sentence : result.gaps)
        run.gaps.push_back({GapKind::mode_limits, 1, sentence});
}

Run describe_run(const RunOptions& options, const SinkholeResult& result)
{
    Run run;
    run.waybill = WAYBILL_VERSION;
    run.command = options.command;
    std::error_code problem;
    run.working_directory = std::filesystem::current_path(problem).string();
    run.started = result.started;
    run.ended = result.ended;
    run.exit = {result.command.exit_status, result.command.signal.value_or(0)};
    utsname system{};
    if (uname(&system) == 0) {
        run.kernel = static_cast<const char*>(system.release);
        run.machine = static_cast<const char*>(system.machine);
    }
    run.user = getuid();
    run.fresh_home = options.fresh_home;
    run.clean_environment = options.clean_environment;
    run.trimmed = options.keep == KeepChoice::metadata;
    for (const RecordedInterface& interface : result.interfaces)
        run.interfaces.push_back({interface.name, interface.statistics.received, interface.statistics.dropped});
    run.packet_files = {std::string{packets_name}};
    run.removed_environment = result.removed_environment;
    run.masked_sockets = result.covered_sockets;
    run.counts = {{"tcp_connections", result.counts.tcp_connections},
                  {"dns_queries", result.counts.dns_queries},
                  {"datagrams", result.counts.datagrams},
                  {"names", result.names.size()}};
    add_gaps(run, result);
    return run;
}

ExitCode code_of(SinkholeError::Kind kind)
{
    switch (kind) {
        case SinkholeError::Kind::not_permitted:
            return ExitCode::not_permitted;
        case SinkholeError::Kind::cannot_create:
            return ExitCode::cannot_create;
        case SinkholeError::Kind::internal:
            break;
    }
    return ExitCode::run_failed;
}

/// Writes the report where it was asked for. The command's own output comes first: it has ended.
std::expected<void, Failure> deliver(const Report& report, const RunOptions& options)
{
    if (!options.report_file.empty()) {
        const auto written =
            write_file(options.report_file, options.json ? report_to_json(report) : plain_report(report, options.all));
        if (!written)
            return std::unexpected(Failure{ExitCode::cannot_create, written.error()});
        return {};
    }
    const int descriptor = options.json ? STDOUT_FILENO : STDERR_FILENO;
    return print_report(report, options.json ? OutputFormat::json : OutputFormat::text, options.all, descriptor);
}

int final_status(const RunOptions& options, const Report& report, const CommandEnd& command)
{
    if (!options.fail_on_findings)
        return command.exit_status;
    if (report.uncited() > 0)
        return number(ExitCode::findings);
    return report.lost_input() ? number(ExitCode::incomplete) : command.exit_status;
}

int fail_after(const Failure& failure)
{
    fail(failure);
    return number(ExitCode::run_failed);
}

int run_in(const RunOptions& options, const CaseFolder& folder)
{
    const auto kept = keep_rules(folder, options.rules);
    const auto sinkhole = sinkhole_options(options, folder);
    if (!kept || !sinkhole) {
        folder.remove_unused();
        return number(fail(kept ? sinkhole.error() : kept.error()));
    }
    say(opening_line(options, folder));
    const auto result = run_in_sinkhole(*sinkhole);
    outlive_readers();
    if (sinkhole->user && sinkhole->fresh_home) {
        std::error_code problem;  // it was made for this run; what stays behind of it does no harm
        std::filesystem::remove_all(*sinkhole->fresh_home, problem);
    }
    if (!result) {
        folder.remove_unused();
        return number(fail({code_of(result.error().kind), result.error().message}));
    }
    if (result->command.not_executed)
        say("waybill: " + printable(*result->command.not_executed));
    if (const auto written = folder.write_run(describe_run(options, *result)); !written)
        return fail_after({ExitCode::input_output, written.error().message});
    if (const auto dropped = drop_privileges(); !dropped)
        return fail_after(dropped.error());
    auto report = analyze_case(folder.folder(), {});
    if (!report)
        return fail_after(report.error());
    if (const auto delivered = deliver(*report, options); !delivered)
        return fail_after(delivered.error());
    return final_status(options, *report, result->command);
}

}  // namespace

int run_command(const RunOptions& options)
{
    if (options.network == NetworkChoice::unset)
        return number(fail_as_is({ExitCode::usage, std::string{network_needed}}));
    if (const auto rules = load_rules(options.rules); !rules)  // before anything runs, not when it has ended
        return number(fail(rules.error()));
    const auto path =
        options.case_folder.empty() ? CaseFolder::default_path(now(), options.command.front()) : options.case_folder;
    const auto folder = CaseFolder::create(path);
    if (!folder)
        return number(fail({ExitCode::cannot_create, folder.error().message}));
    return run_in(options, *folder);
}

}  // namespace waybill
