#include "cli/export_command.h"

#include <unistd.h>

#include <optional>
#include <string>

#include "cli/output_file.h"
#include "cli/policy_files.h"
#include "cli/print.h"
#include "report/export/clickhouse.h"
#include "rules/policy/judge.h"
#include "rules/rate.h"

namespace waybill {
namespace {

std::expected<std::optional<Verdict>, Failure> verdict_of(const RatedCase& rated, const std::filesystem::path& file)
{
    if (file.empty())
        return std::nullopt;
    const auto policy = load_policy(file);
    if (!policy)
        return std::unexpected(policy.error());
    return rules::judge(rated.report, *policy, {rated.rules.book, rated.rules.suffixes, rules::last_day(rated.report)});
}

constexpr ExportFormat clickhouse_rows{"clickhouse", false, true,
                                       [](const ExportInput& input, const ExportOutput& output) {
                                           output(report_to_clickhouse(input.rated.report));
                                           return std::expected<void, Failure>{};
                                       }};

}  // namespace

ExitCode export_case(const ExportRequest& request)
{
    if (!request.format->is_text && request.output.empty() && isatty(STDOUT_FILENO) == 1)
        return fail({ExitCode::usage, "this format is no text; name a file with --output, or write into a pipe"});
    const auto folder = open_case(request.case_folder);
    if (!folder)
        return fail(folder.error());
    const auto rated = read_case(request.case_folder, request.rules);
    if (!rated)
        return fail(rated.error());
    const auto verdict = verdict_of(*rated, request.policy);
    if (!verdict)
        return fail(verdict.error());
    auto output = OutputFile::create(request.output);
    if (!output)
        return fail(output.error());
    const ExportInput input{*folder, *rated, verdict->has_value() ? &**verdict : nullptr, request.policy.string()};
    if (const auto written = request.format->write(input, [&](std::string_view octets) { output->take(octets); });
        !written)
        return fail(written.error());
    if (const auto finished = output->finish(); !finished)
        return fail(finished.error());
    return rated->report.lost_input() ? ExitCode::incomplete : ExitCode::ok;
}

ExitCode export_rows(const ExportOptions& options)
{
    if (!options.definition && options.case_folder.empty())
        return fail({ExitCode::usage, "name the folder of the case, or --ddl for the table alone"});
    if (!options.definition)
        return export_case({options.case_folder, &clickhouse_rows, options.output, {}, options.rules});
    auto output = OutputFile::create(options.output);
    if (!output)
        return fail(output.error());
    output->take(clickhouse_definition());
    if (const auto finished = output->finish(); !finished)
        return fail(finished.error());
    return ExitCode::ok;
}

}  // namespace waybill
