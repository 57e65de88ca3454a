#include "cli/report_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/analyze_case.h"
#include "cli/analyze_command.h"
#include "cli/print.h"
#include "rules/declared.h"

namespace waybill {
namespace {

Failure nobody_of_that_name(const rules::RuleBook& book, const std::string& name)
{
    const auto similar = rules::similar_names(book, name);
    return {ExitCode::usage, fmt::format("--declared: no rule is of a vendor or product \"{}\"; {}", name,
                                         similar.empty() ? "`waybill rules stats` lists the vendors"
                                                         : fmt::format("there is: {}", fmt::join(similar, ", ")))};
}

ExitCode print_declared(const Report& report, const rules::RuleBook& book, const ReportOptions& options)
{
    const auto declared = rules::declared(report, book, options.declared);
    if (!declared)
        return fail(nobody_of_that_name(book, options.declared));
    switch (options.format) {
        using enum ReportOptions::Format;
        case json:
            return print_text(rules::declared_json(*declared, report));
        case markdown:
            return print_text(rules::declared_markdown(*declared, report));
        case text:
            break;
    }
    return print_text(rules::declared_text(*declared, report));
}

ExitCode print_whole(const Report& report, const ReportOptions& options)
{
    if (options.format == ReportOptions::Format::markdown)
        return fail({ExitCode::usage, "--format markdown is for --declared; the report itself is text or json"});
    const auto format = options.format == ReportOptions::Format::json ? OutputFormat::json : OutputFormat::text;
    if (const auto printed = print_report(report, format, options.all, STDOUT_FILENO); !printed)
        return fail(printed.error());
    return ExitCode::ok;
}

}  // namespace

ExitCode report(const ReportOptions& options)
{
    const auto rated = read_case(options.case_folder, options.rules);
    if (!rated)
        return fail(rated.error());
    const ExitCode printed = options.declared.empty() ? print_whole(rated->report, options)
                                                      : print_declared(rated->report, rated->rules.book, options);
    return printed == ExitCode::ok && rated->report.lost_input() ? ExitCode::incomplete : printed;
}

}  // namespace waybill
