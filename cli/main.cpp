#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <sstream>

#include "base/duration_text.h"
#include "base/text.h"
#include "cli/analyze_command.h"
#include "cli/annotate_command.h"
#include "cli/capture_command.h"
#include "cli/diff_options.h"
#include "cli/doctor_command.h"
#include "cli/evidence_options.h"
#include "cli/experiment_options.h"
#include "cli/judging_options.h"
#include "cli/mark_command.h"
#include "cli/one_of.h"
#include "cli/print.h"
#include "cli/rules_options.h"
#include "cli/run_command.h"

namespace {

using waybill::AnalyzeOptions;
using waybill::AnnotateOptions;
using waybill::CaptureOptions;
using waybill::DoctorOptions;
using waybill::ExitCode;
using waybill::KeepChoice;
using waybill::MarkOptions;
using waybill::NetworkMode;
using waybill::one_of;
using waybill::OutputFormat;
using waybill::printable;
using waybill::RecordOptions;
using waybill::RunOptions;

/// Takes a length of time, into a number of milliseconds.
CLI::Option* add_duration(CLI::App& command, const std::string& name, std::optional<std::chrono::milliseconds>& value,
                          std::chrono::milliseconds least, const std::string& description)
{
    return command
        .add_option_function<std::string>(
            name,
            [&value, name, least](const std::string& text) {
                const auto duration = waybill::parse_duration(text);
                if (!duration)
                    throw CLI::ValidationError{name, duration.error()};
                if (*duration < least)
                    throw CLI::ValidationError{name, text + " is too short"};
                value = *duration;
            },
            description)
        ->type_name("TIME");
}

void add_rules_option(CLI::App& command, std::vector<std::filesystem::path>& folders)
{
    command
        .add_option("--rules", folders,
                    "Folder of your own rule packs, beside those that come with Waybill; may be repeated")
        ->allow_extra_args(false)
        ->type_name("DIR");
}

void add_analyze(CLI::App& app, AnalyzeOptions& options)
{
    const std::map<std::string, OutputFormat> formats{
        {"text", OutputFormat::text}, {"json", OutputFormat::json}, {"ndjson", OutputFormat::ndjson}};
    CLI::App* const command =
        app.add_subcommand("analyze", "Analyse capture files, or a case, again or for the first time");
    command->add_option("INPUT", options.inputs, "pcap, pcapng or snoop, plain, gzip or zstd; - for stdin; or a case")
        ->required();
    command->add_option("--filter", options.filter, "Only packets that this libpcap expression accepts")
        ->type_name("EXPRESSION");
    command->add_option("--format", options.format, "text, json (the report) or ndjson (every event)")
        ->transform(one_of(formats))
        ->type_name("WORD");
    add_rules_option(*command, options.rules);
    command->add_flag("--all", options.all, "List every endpoint by itself");
    command->add_flag("--trust-comments", options.trust_comments,
                      "Believe packet comments that say what a trimmed recording left out");
}

void add_annotate(CLI::App& app, AnnotateOptions& options)
{
    using waybill::AnnotationOutput;
    const std::map<std::string, AnnotationOutput> outputs{
        {"csv", AnnotationOutput::csv}, {"ndjson", AnnotationOutput::ndjson}, {"summary", AnnotationOutput::summary}};
    CLI::App* const command =
        app.add_subcommand("annotate", "Add to logs what the endpoints in them are for, and who says so");
    command->add_option("FILE", options.inputs, "A list of hosts, a table or a log; - for stdin")->required();
    command->add_option("--format", options.format, "The log's format, which is told by its content otherwise")
        ->transform(one_of(waybill::logs::formats_by_word()))
        ->type_name("WORD");
    command->add_option("--output", options.output, "csv (default for CSV), ndjson (default for others) or summary")
        ->transform(one_of(outputs))
        ->type_name("WORD");
    command->add_option("--column", options.column, "Of CSV: heading of the column that holds the endpoint")
        ->type_name("NAME");
    command->add_option("--field", options.field, "Of JSON: the member that holds it, such as destination.domain")
        ->type_name("NAME");
    command->add_option("--as-of", options.as_of, "Count the age of sources to this day (default: today)")
        ->type_name("DATE");
    add_rules_option(*command, options.rules);
}

/// What every recording takes.
void add_record_options(CLI::App& command, RecordOptions& options)
{
    const std::map<std::string, KeepChoice> keeps{{"metadata", KeepChoice::metadata}, {"full", KeepChoice::full}};
    command
        .add_option("--case", options.case_folder, "Folder of the case; default below $XDG_STATE_HOME/waybill/cases")
        ->type_name("DIR");
    command.add_flag("--keep-args", options.keep_arguments, "Keep command lines as they are, secrets in them too");
    command.add_option("--keep", options.keep, "metadata (default) or full packets")
        ->transform(one_of(keeps))
        ->type_name("WORD");
    command
        .add_option("--mark-file", options.mark_file,
                    "Make the pipe that marks come by here (default: marks, in the case)")
        ->type_name("FILE");
    command.add_flag("--no-marks", options.no_marks, "Take no marks, and add nothing to the command's environment")
        ->excludes("--mark-file");
    command.add_option("--operator", options.operated_by, "Who answers for the recording (default: your login name)")
        ->type_name("NAME");
    command.add_option("--purpose", options.purpose, "What it is for: an order, a ticket, a question")
        ->type_name("TEXT");
    command.add_option("--key", options.key, "Sign what is recorded, as it is written, with this private key")
        ->type_name("FILE");
    command.add_flag("--json", options.json, "report.json on stdout in place of the text on stderr");
    command
        .add_option("--report-file", options.report_file,
                    "Write the report to this file; as a page where it ends with .html")
        ->type_name("FILE");
    command.add_flag("--all", options.all, "List every endpoint by itself");
    command.add_flag("--fail-on-findings", options.fail_on_findings,
                     "End with 1 when an endpoint has no cited purpose or was contacted past the proxy of the "
                     "environment, with 2 when something was lost");
    add_rules_option(command, options.rules);
}

void add_run(CLI::App& app, RunOptions& options)
{
    using waybill::contained::UplinkKind;
    const std::map<std::string, NetworkMode> networks{
        {"sinkhole", NetworkMode::sinkhole}, {"isolated", NetworkMode::isolated}, {"host", NetworkMode::host}};
    const std::map<std::string, UplinkKind> uplinks{{"pasta", UplinkKind::pasta},
                                                    {"slirp4netns", UplinkKind::slirp4netns}};
    CLI::App* const command = app.add_subcommand("run", "Run a command and report what it contacts");
    command
        ->add_option("--network", options.network,
                     "sinkhole: nothing leaves this machine; isolated: a network of its own, with an uplink; host: "
                     "this machine's own, unchanged, as root (default: as the user's configuration says)")
        ->transform(one_of(networks))
        ->type_name("MODE");
    add_record_options(*command, options);
    command->add_option("--recipe", options.recipe_file, "Do what this file says: command, files, environment, steps")
        ->type_name("FILE");
    command->add_flag("--show-terminal", options.show_terminal,
                      "Show on stderr what the command shows in its recipe's terminal");
    command->add_option("--env", options.variables, "Set a variable of the command; may be repeated")
        ->allow_extra_args(false)
        ->type_name("NAME=VALUE");
    add_duration(*command, "--timeout", options.timeout, std::chrono::milliseconds{1},
                 "End the command after so long, with all its processes");
    command->add_flag("--fresh-home", options.fresh_home, "Give the command an empty HOME and XDG folders");
    command->add_flag("--clean-env", options.clean_environment, "Pass on only PATH, TERM, LANG and the like");
    CLI::Option* const linger =
        add_duration(*command, "--linger", options.linger, std::chrono::milliseconds{0},
                     "How long what the command leaves behind is watched (default: until it ends; in the sinkhole 5s)");
    command
        ->add_flag_callback(
            "--until-exit", [&options] { options.linger = std::chrono::milliseconds{0}; },
            "End with the command, not with the last process that it left behind")
        ->excludes(linger);
    command->add_option("--uplink", options.uplink, "isolated: pasta or slirp4netns (default: what this host has)")
        ->transform(one_of(uplinks))
        ->type_name("WORD");
    command->add_flag("--no-browser", options.no_browser,
                      "isolated: open nothing in this host's browser for the command, not even to sign in");
    command->add_option("--user", options.user, "Whom root runs the command as (default: who called sudo)")
        ->type_name("NAME");
    command->add_option("COMMAND", options.command, "The command and its arguments, after --; or the recipe has it");
    command->positionals_at_end();
}

void add_capture(CLI::App& app, CaptureOptions& options)
{
    const auto whole = CLI::Range(1U, 4'000'000U).description("");
    constexpr std::chrono::milliseconds least{100};
    CLI::App* const command = app.add_subcommand("capture", "Record a host, or some of its processes, as root");
    command->add_option("-i,--interface", options.interfaces, "Interface, or any; may be repeated")
        ->allow_extra_args(false)
        ->type_name("IF");
    command->add_option("--pid", options.processes, "Only this process and what it starts; may be repeated")
        ->allow_extra_args(false)
        ->type_name("PID");
    command->add_option("--user", options.user, "Only processes of this user")->type_name("NAME");
    command->add_option("--exe", options.program, "Only processes that execute this program, and what they start")
        ->type_name("FILE");
    command->add_option("--cgroup", options.cgroup, "The sockets of the processes in this cgroup, in place of -i")
        ->type_name("PATH");
    command->add_option("--container", options.container, "The same of a container, by its id")->type_name("ID");
    command->add_option("--filter", options.filter, "With -i only packets that this libpcap expression accepts")
        ->type_name("EXPRESSION");
    add_duration(*command, "--duration", options.duration, least, "End after so long; else with Ctrl-C");
    command->add_option("--packets", options.packets, "With -i: end after so many")->check(whole)->type_name("NUMBER");
    command->add_option("--rotate-size", options.rotate_megabytes, "With -i: begin another file after so much")
        ->check(whole)
        ->type_name("MEGABYTES");
    add_duration(*command, "--rotate-time", options.rotate_time, least, "With -i: begin another file after so long");
    add_record_options(*command, options);
}

/// What is wrong with a command line, and where to read how it goes.
std::string usage_message(const CLI::App* app, const CLI::Error& error)
{
    const CLI::App* command = app;
    std::string name = command->get_name();
    while (!command->get_subcommands().empty()) {  // each step is a level of the tree above
        command = command->get_subcommands().front();
        name += " " + command->get_name();
    }
    std::string problem = error.what();
    const auto words = command->remaining();
    const auto word = std::ranges::find_if(words, [](const std::string& each) { return each != "--"; });
    if (word != words.end())
        problem = *word + " is not expected here";  // CLI11 lists the separator too, or says what is missing instead
    return fmt::format("{}: {}; see: {} --help\n", name, printable(problem), name);
}

void add_mark(CLI::App& app, MarkOptions& options)
{
    CLI::App* const command = app.add_subcommand("mark", "Mark in a running recording that a phase begins");
    command->add_option("LABEL", options.label, "What begins: 'signed in', idle, …")->required();
    command
        ->add_option("--case", options.case_folder,
                     "Case of the recording (default: the run that this is called in, else the latest)")
        ->type_name("DIR");
}

void add_doctor(CLI::App& app, DoctorOptions& options)
{
    CLI::App* const command = app.add_subcommand("doctor", "What this host permits to observe, and how to mend it");
    command->add_flag("--json", options.json, "As JSON");
}

int run(int argc, char** argv)
{
    CLI::App app{"Waybill audits the outbound traffic of developer tools: metadata only.", "waybill"};
    app.failure_message(usage_message);
    app.set_version_flag("--version", "waybill " WAYBILL_VERSION);
    app.require_subcommand(1);
    AnalyzeOptions analyze_options;
    AnnotateOptions annotate_options;
    RunOptions run_options;
    CaptureOptions capture_options;
    DoctorOptions doctor_options;
    MarkOptions mark_options;
    add_run(app, run_options);
    add_capture(app, capture_options);
    add_mark(app, mark_options);
    add_analyze(app, analyze_options);
    add_annotate(app, annotate_options);
    add_doctor(app, doctor_options);
    std::function<int()> chosen;
    waybill::add_judging_commands(app, chosen);
    waybill::add_experiment(app, chosen);
    waybill::add_diff_command(app, chosen);
    waybill::add_rules_command(app, chosen);
    waybill::add_evidence_commands(app, chosen);
    app.footer("Try: waybill run --network sinkhole -- curl https://example.com/");  // of this help alone
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream asked;  // help, or the version
        const int code = app.exit(error, asked);
        waybill::outlive_readers();
        return number(code == 0 ? waybill::print_text(asked.str()) : ExitCode::usage);
    }
    if (app.got_subcommand("run"))
        return waybill::run_command(run_options);
    if (app.got_subcommand("capture"))
        return waybill::capture_command(capture_options);
    waybill::outlive_readers();
    if (chosen)
        return chosen();
    if (app.got_subcommand("mark"))
        return number(waybill::mark(mark_options));
    if (app.got_subcommand("analyze"))
        return number(waybill::analyze(analyze_options));
    if (app.got_subcommand("annotate"))
        return number(waybill::annotate(annotate_options));
    return number(waybill::doctor(doctor_options));
}

/// Opens those of the three standard descriptors that are closed, so that no file of ours takes their number. The
/// command of `run` finds them closed again.
void hold_standard_descriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) < 0)
            static_cast<void>(::open("/dev/null", O_RDWR | O_CLOEXEC));  // takes the lowest number, which is this one
}

/// Flows come and go by the hundred thousand: giving their memory back to the system in between costs page faults.
void keep_freed_memory()
{
    constexpr int threshold = 1 << 30;
    constexpr int top_pad = 4 << 20;
    mallopt(M_TRIM_THRESHOLD, threshold);
    mallopt(M_TOP_PAD, top_pad);
}

/// A file that would become larger than a process's files may (setrlimit(2), RLIMIT_FSIZE) is told by the write, and
/// not by a signal that ends us. Programs that are executed get the signal's usual meaning back, for it is handled
/// here.
void take_size_limits_as_errors()
{
    struct sigaction action{};
    action.sa_handler = [](int) {};
    ::sigaction(SIGXFSZ, &action, nullptr);
}

}  // namespace

int main(int argc, char** argv)
{
    hold_standard_descriptors();
    keep_freed_memory();
    take_size_limits_as_errors();
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        return number(waybill::fail({ExitCode::internal, error.what()}));
    }
}
