#include "cli/record_case.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "capture/circumstances.h"
#include "capture/privileges.h"
#include "capture/reserve.h"
#include "capture/wall_clock.h"
#include "cli/analyze_case.h"
#include "cli/build_report.h"
#include "cli/checkpoint_keeper.h"
#include "cli/print.h"
#include "cli/rule_folders.h"
#include "cli/signing_key.h"
#include "evidence/checkpoints.h"
#include "report/html/page.h"
#include "report/json.h"

namespace waybill {
namespace {

constexpr std::size_t most_checkpoint_octets = std::size_t{256} << 20U;
constexpr std::uint64_t most_told_steps = 8;
constexpr std::size_t most_programs = 64;

void say(std::string_view line)
{
    // A message that stderr does not take has no other place to go.
    static_cast<void>(write_all(STDERR_FILENO, std::string{line} + "\n"));
}

/// Writes the report where it was asked for. The command's own output comes first: it has ended.
std::expected<void, Failure> deliver(const Report& report, const RecordOptions& options)
{
    if (!options.report_file.empty()) {
        const bool is_page = options.report_file.extension() == ".html";
        const auto written = write_file(options.report_file, options.json ? report_to_json(report)
                                                             : is_page    ? report_to_html(report, {options.all})
                                                                          : plain_report(report, options.all));
        if (!written)
            return std::unexpected(Failure{ExitCode::cannot_create, written.error()});
        return {};
    }
    const int descriptor = options.json ? STDOUT_FILENO : STDERR_FILENO;
    return print_report(report, options.json ? OutputFormat::json : OutputFormat::text, options.all, descriptor);
}

/// Of a recording that is not whole.
int failed_status(const Run& run)
{
    return number(run.mode == NetworkMode::interface ? ExitCode::input_output : ExitCode::run_failed);
}

/// How the run ended, whatever it contacted.
int status_of(const Recorded& recorded)
{
    if (recorded.run.stop == StopReason::failure)
        return failed_status(recorded.run);
    if (recorded.run.recipe && !recorded.run.recipe->failure.empty())
        return number(ExitCode::run_failed);
    return recorded.run.timed_out ? number(ExitCode::timed_out) : recorded.command.exit_status;
}

int final_status(const RecordOptions& options, const Report& report, const Recorded& recorded)
{
    const int status = status_of(recorded);
    if (!options.fail_on_findings || status == number(ExitCode::run_failed) || recorded.run.stop == StopReason::failure)
        return status;
    if (report.uncited() > 0 || !report.findings.empty())
        return number(ExitCode::findings);
    return report.lost_input() ? number(ExitCode::incomplete) : status;
}

int fail_after(const Failure& failure)
{
    fail(failure);
    return number(ExitCode::run_failed);
}

/// What run.json says until the recording has ended, and for good when it never does: so much of it can be analysed.
Run unfinished(const Recording& recording)
{
    Run run = recording.run;
    run.started = run.ended = wall_clock();
    run.stop = StopReason::broke_off;
    recording::add_gap(run, GapKind::torn_input, 1, "the recording broke off: Waybill was ended, or the machine");
    return run;
}

/// Times of packets are by the system's clock: one that was set while the recording went on is a gap.
/// The checkpoints tell the clocks in between, so that one that was set back again is told, too.
void note_circumstances(Run& run, Circumstances circumstances, const CaseFolder& folder)
{
    std::vector<ClockReading> readings{circumstances.clock.begin};
    const auto text = read_regular_file(folder.folder() / evidence::checkpoints_file, most_checkpoint_octets);
    for (const evidence::Checkpoint& checkpoint : evidence::parse_checkpoints(text.value_or("")).entries)
        if (const auto at = from_rfc3339(checkpoint.at))
            readings.push_back({*at, std::chrono::nanoseconds{checkpoint.since_boot}});
    readings.push_back(circumstances.clock.end);
    std::string steps;
    std::uint64_t count = 0;
    for (std::size_t at = 1; at < readings.size(); ++at)
        if (const auto step = clock_step(readings[at - 1], readings[at]); step && ++count <= most_told_steps)
            steps += fmt::format("{}by {:+.3f} s before {}", steps.empty() ? "" : ", ",
                                 std::chrono::duration<double>(*step).count(), to_rfc3339(readings[at].system));
    recording::add_gap(run, GapKind::clock_stepped, count, std::move(steps));
    run.circumstances = std::move(circumstances);
}

/// What the command's process executed, one program after another.
std::vector<AuditedProgram> audited_programs(const Run& run, const CaseFolder& folder)
{
    if (run.mode == NetworkMode::interface)
        return {};
    const auto owners = folder.read_owners();
    if (!owners || !*owners || (*owners)->processes.empty())
        return {};
    std::vector<AuditedProgram> programs;
    std::uint64_t last = 0;
    for (const Process& process : (*owners)->processes)  // what it ran before stands before it
        if (process.previous == last && (last != 0 || process.id == 1) && programs.size() < most_programs) {
            programs.push_back({process.executable, process.script, process.package});
            last = process.id;
        }
    return programs;
}

/// Reads along while the case is recorded. The key is nobody's but the keeper's from here on.
std::expected<CheckpointKeeper, Failure> start_keeper(const RecordOptions& options, const CaseFolder& folder)
{
    std::optional<evidence::SigningKey> key;
    if (!options.key.empty()) {
        auto read = read_signing_key(options.key);
        if (!read)
            return std::unexpected(std::move(read.error()));
        key = *std::move(read);
    }
    return CheckpointKeeper::start(folder, key);
}

/// Why the recording stopped early, before its report, which has it among what was not seen.
void tell_failure(const Run& run)
{
    if (run.stop != StopReason::failure)
        return;
    for (const Gap& gap : run.gaps)
        if (gap.kind == GapKind::torn_input)
            say("waybill: " + printable(gap.detail));
}

/// The report of a case into which nothing can be written.
std::expected<Report, Failure> read_whole(const CaseFolder& folder)
{
    const auto rules = load_rules(folder, {});
    if (!rules)
        return std::unexpected(rules.error());
    return read_case(folder.folder(), *rules);
}

int record_in(const RecordOptions& options, const Recording& recording, const CaseFolder& folder)
{
    Circumstances circumstances = read_circumstances(options.operated_by, options.purpose);
    Run begins = unfinished(recording);
    begins.rules_digest = kept_rules_digest(folder);
    begins.circumstances = circumstances;
    if (const auto begun = folder.write_run(begins); !begun) {
        folder.remove_unbegun();
        return number(fail({ExitCode::cannot_create, begun.error().message}));
    }
    auto keeper = start_keeper(options, folder);
    if (!keeper) {
        folder.remove_unbegun();
        return number(fail(keeper.error()));
    }
    outlive_readers();
    say(fmt::format("waybill  {} · case {}", recording.opening_line, printable(folder.folder().string())));
    auto reserve = Reserve::take(folder.data());
    if (!reserve) {
        folder.remove_unbegun();
        return number(fail({ExitCode::cannot_create, reserve.error()}));
    }
    auto recorded = recording.record(folder);
    circumstances.clock.end = read_clocks();
    reserve->release();
    const bool is_kept = keeper->finish();
    if (!recorded) {
        if (recorded.error().code != ExitCode::run_failed)  // that one can come when much is recorded
            folder.remove_unbegun();
        return number(fail(recorded.error()));
    }
    if (recorded->command.not_executed)
        say("waybill: " + printable(*recorded->command.not_executed));
    note_circumstances(recorded->run, std::move(circumstances), folder);
    recorded->run.programs = audited_programs(recorded->run, folder);
    recorded->run.rules_digest = begins.rules_digest;
    const auto written = folder.write_run(recorded->run);
    recorded->signals->discard();
    recorded->signals.reset();
    if (!written)
        return fail_after({ExitCode::input_output, written.error().message});
    if (const auto failed = keep_only_files())
        return fail_after({ExitCode::internal, "cannot drop privileges: " + failed.message()});
    tell_failure(recorded->run);
    if (!is_kept)
        say(fmt::format("waybill: {}: could not be written whole; the recording itself is there",
                        printable((folder.folder() / evidence::checkpoints_file).string())));
    auto report = analyze_case(folder.folder(), {});
    if (!report && recorded->run.stop == StopReason::failure && report.error().code == ExitCode::input_output) {
        fail({report.error().code, report.error().message + "; analyse the case again where there is room"});
        report = read_whole(folder);
    }
    if (!report)
        return fail_after(report.error());
    if (const auto delivered = deliver(*report, options); !delivered)
        return fail_after(delivered.error());
    return is_kept ? final_status(options, *report, *recorded) : failed_status(recorded->run);
}

/// Makes the case, with the packs that are in force. What is wrong is told before anything runs.
std::expected<CaseFolder, Failure> prepare_case(const RecordOptions& options, const Recording& recording)
{
    const auto rules = load_rules(options.rules);
    if (!rules)
        return std::unexpected(rules.error());
    const auto path =
        options.case_folder.empty() ? CaseFolder::default_path(wall_clock(), recording.name) : options.case_folder;
    auto folder = CaseFolder::create(path);
    if (!folder)
        return std::unexpected(Failure{ExitCode::cannot_create, folder.error().message});
    if (const auto kept = keep_rules(*folder, *rules); !kept) {
        folder->remove_unbegun();
        return std::unexpected(kept.error());
    }
    if (recording.recipe.empty())
        return *std::move(folder);
    if (const auto kept = write_file(folder->recipe(), recording.recipe); !kept) {
        folder->remove_unbegun();
        return std::unexpected(Failure{ExitCode::cannot_create, kept.error()});
    }
    return *std::move(folder);
}

}  // namespace

int record_case(const RecordOptions& options, const Recording& recording)
{
    const auto folder = prepare_case(options, recording);
    return folder ? record_in(options, recording, *folder) : number(fail(folder.error()));
}

}  // namespace waybill
