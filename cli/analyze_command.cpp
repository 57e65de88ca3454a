#include "cli/analyze_command.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>

#include "base/file.h"
#include "capture/case_folder.h"
#include "cli/analyze_case.h"
#include "cli/build_report.h"
#include "cli/print.h"
#include "cli/read_packets.h"
#include "report/events.h"
#include "report/json.h"

namespace waybill {
namespace {

std::vector<std::string> names_of(const std::vector<std::filesystem::path>& files)
{
    std::vector<std::string> names;
    names.reserve(files.size());
    for (const auto& file : files)
        names.push_back(file == "-" ? "standard input" : file.filename().string());
    return names;
}

ExitCode analyze_events(const AnalyzeOptions& options, const Rules& rules)
{
    int problem = 0;  // errno of the first failure; nothing is written after it
    EventWriter writer{[&](std::string_view lines) {
        if (problem == 0 && !write_all(STDOUT_FILENO, lines))
            problem = errno;
    }};
    AnalysisOptions analysis;
    analysis.own_comments = options.trust_comments;
    const auto report = write_events({options.inputs, options.filter}, analysis, rules, writer,
                                     {names_of(options.inputs), std::nullopt, rules::Digests::left_out});
    if (!report)
        return fail(report.error());
    if (problem != 0 && problem != EPIPE)
        return fail({ExitCode::input_output, std::string{"standard output: "} + std::strerror(problem)});
    if (problem == EPIPE)
        return ExitCode::ok;
    return report->lost_input() ? ExitCode::incomplete : ExitCode::ok;
}

ExitCode analyze_report(const AnalyzeOptions& options, const Rules& rules)
{
    AnalysisOptions analysis;
    analysis.own_comments = options.trust_comments;
    analysis.tls_traits = options.format == OutputFormat::json;
    auto result = read_packets({options.inputs, options.filter}, analysis, {});
    if (!result)
        return fail(result.error());
    const auto digests = options.format == OutputFormat::json ? rules::Digests::computed : rules::Digests::left_out;
    const Report report = build_report(*std::move(result), rules, {names_of(options.inputs), std::nullopt, digests});
    if (const auto printed = print_report(report, options.format, options.all, STDOUT_FILENO); !printed)
        return fail(printed.error());
    return report.lost_input() ? ExitCode::incomplete : ExitCode::ok;
}

/// The events that were just written into the case.
ExitCode print_events(const std::filesystem::path& folder, const Report& report)
{
    const auto events = read_regular_file(folder / "data" / "events.ndjson", std::numeric_limits<std::size_t>::max());
    if (!events)
        return fail({ExitCode::input_output, events.error()});
    const ExitCode printed = print_text(*events);
    return printed == ExitCode::ok && report.lost_input() ? ExitCode::incomplete : printed;
}

ExitCode analyze_case_folder(const AnalyzeOptions& options)
{
    if (!options.filter.empty() || options.trust_comments)
        return fail({ExitCode::usage,
                     "--filter and --trust-comments are for capture files; a case is analysed whole, as "
                     "its run.json says; give its packet files instead"});
    const auto report = analyze_case(options.inputs.front(), options.rules);
    if (!report)
        return fail(report.error());
    if (options.format == OutputFormat::ndjson)
        return print_events(options.inputs.front(), *report);
    if (const auto printed = print_report(*report, options.format, options.all, STDOUT_FILENO); !printed)
        return fail(printed.error());
    return report->lost_input() ? ExitCode::incomplete : ExitCode::ok;
}

}  // namespace

ExitCode analyze(const AnalyzeOptions& options)
{
    const bool is_case = options.inputs.size() == 1 && std::filesystem::is_directory(options.inputs.front());
    if (is_case)
        return analyze_case_folder(options);
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    return options.format == OutputFormat::ndjson ? analyze_events(options, *rules) : analyze_report(options, *rules);
}

}  // namespace waybill
