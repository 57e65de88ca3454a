#include "cli/report_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "capture/case_folder.h"
#include "cli/analyze_case.h"
#include "cli/analyze_command.h"
#include "cli/compare_cases.h"
#include "cli/export_command.h"
#include "cli/open_page.h"
#include "cli/policy_files.h"
#include "cli/print.h"
#include "report/html/page.h"
#include "report/json.h"
#include "rules/declared.h"
#include "rules/policy/judge.h"
#include "rules/rate.h"

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
        case html:
        case text:
            break;
    }
    return print_text(rules::declared_text(*declared, report));
}

/// What the policy that was asked for says of the case; nothing where none was.
std::expected<std::optional<Verdict>, Failure> verdict_of(const RatedCase& rated, const ReportOptions& options)
{
    if (options.policy.empty())
        return std::nullopt;
    const auto policy = load_policy(options.policy);
    if (!policy)
        return std::unexpected(policy.error());
    return rules::judge(rated.report, *policy, {rated.rules.book, rated.rules.suffixes, rules::last_day(rated.report)});
}

/// Where a page goes that is to be opened and for which no place was named: beside the cases, for its user alone.
std::filesystem::path default_page(const Report& report)
{
    const std::filesystem::path place = std::filesystem::path{report.place + "/."}.lexically_normal().parent_path();
    return CaseFolder::default_cases().parent_path() / "reports" / (place.filename().string() + ".html");
}

std::expected<void, Failure> make_folder_of(const std::filesystem::path& page)
{
    std::error_code problem;
    std::filesystem::create_directories(page.parent_path(), problem);
    if (!problem)
        std::filesystem::permissions(page.parent_path(), std::filesystem::perms::owner_all, problem);
    if (problem)
        return std::unexpected(
            Failure{ExitCode::cannot_create, fmt::format("{}: {}; name a place that you may write to with --output",
                                                         page.parent_path().string(), problem.message())});
    return {};
}

std::expected<std::string, Failure> page_of(const RatedCase& rated, const ReportOptions& options)
{
    const auto verdict = verdict_of(rated, options);
    if (!verdict)
        return std::unexpected(verdict.error());
    std::optional<Diff> differences;
    if (!options.before.empty()) {
        auto compared = compare_cases({options.before, {options.case_folder}}, rated.rules);
        if (!compared)
            return std::unexpected(std::move(compared.error()));
        differences = *std::move(compared);
    }
    return report_to_html(rated.report, {options.all, verdict->has_value() ? &**verdict : nullptr,
                                         differences ? &*differences : nullptr});
}

/// The report in the format that was asked for.
std::expected<std::string, Failure> text_of(const RatedCase& rated, const ReportOptions& options)
{
    switch (options.format) {
        using enum ReportOptions::Format;
        case html:
            return page_of(rated, options);
        case json:
            return report_to_json(rated.report);
        case markdown:
        case text:
            break;
    }
    return plain_report(rated.report, options.all);
}

ExitCode write_whole(const RatedCase& rated, const ReportOptions& options)
{
    const auto text = text_of(rated, options);
    if (!text)
        return fail(text.error());
    if (options.output.empty() && !options.open)
        return print_text(*text);
    const bool has_place = !options.output.empty();
    const std::filesystem::path file =
        std::filesystem::absolute(has_place ? options.output : default_page(rated.report));
    if (!has_place)
        if (const auto made = make_folder_of(file); !made)
            return fail(made.error());
    if (const auto written = write_file(file, *text); !written)
        return fail({ExitCode::cannot_create, written.error()});
    return options.open ? open_page(file) : ExitCode::ok;
}

/// What is wrong with the options together; empty: nothing.
std::string objection(const ReportOptions& options)
{
    const bool is_html = options.format == ReportOptions::Format::html;
    if (!options.declared.empty())
        return is_html || options.exported != nullptr || options.open || !options.output.empty() ||
                       !options.policy.empty() || !options.before.empty()
                   ? "--declared is printed as text, json or markdown, and takes neither --output, --open, --policy "
                     "nor "
                     "--before"
                   : "";
    if (options.open && !is_html)
        return "--open is for --format html";
    if (!options.before.empty() && !is_html)
        return "--before is for --format html; `waybill diff` prints the differences";
    const bool takes_policy = is_html || options.format == ReportOptions::Format::markdown ||
                              (options.exported != nullptr && options.exported->takes_policy);
    return takes_policy || options.policy.empty()
               ? ""
               : "--policy is for --format html, markdown or sarif; `waybill check` prints the verdict";
}

ExitCode print_whole(const RatedCase& rated, const ReportOptions& options)
{
    if (options.format == ReportOptions::Format::html || !options.output.empty())
        return write_whole(rated, options);
    const auto format = options.format == ReportOptions::Format::json ? OutputFormat::json : OutputFormat::text;
    if (const auto printed = print_report(rated.report, format, options.all, STDOUT_FILENO); !printed)
        return fail(printed.error());
    return ExitCode::ok;
}

}  // namespace

ExitCode report(const ReportOptions& options)
{
    if (const std::string problem = objection(options); !problem.empty())
        return fail({ExitCode::usage, problem});
    const bool is_page = options.format == ReportOptions::Format::markdown && options.declared.empty();
    if (const ExportFormat* const format = is_page ? find_export_format("markdown") : options.exported)
        return export_case({options.case_folder, format, options.output, options.policy, options.rules});
    const auto rated = read_case(options.case_folder, options.rules);
    if (!rated)
        return fail(rated.error());
    const ExitCode printed = options.declared.empty() ? print_whole(*rated, options)
                                                      : print_declared(rated->report, rated->rules.book, options);
    return printed == ExitCode::ok && rated->report.lost_input() ? ExitCode::incomplete : printed;
}

}  // namespace waybill
