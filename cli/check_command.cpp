#include "cli/check_command.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/analyze_case.h"
#include "cli/policy_files.h"
#include "cli/print.h"
#include "report/verdict_text.h"
#include "rules/policy/judge.h"
#include "rules/rate.h"

namespace waybill {
namespace {

std::expected<rules::Date, Failure> day_of(const CheckOptions& options, const Report& report)
{
    if (options.as_of.empty())
        return rules::last_day(report);
    const auto day = rules::parse_date(options.as_of);
    if (!day)
        return std::unexpected(
            Failure{ExitCode::usage, fmt::format("--as-of: \"{}\" is not a day such as 2026-11-27", options.as_of)});
    return *day;
}

ExitCode status_of(const Verdict& verdict, const CheckOptions& options)
{
    if (verdict.outcome() == Verdict::Outcome::violation ||
        (options.fail_on_review && verdict.count(Effect::review) > 0))
        return ExitCode::findings;
    return verdict.outcome() == Verdict::Outcome::incomplete ? ExitCode::incomplete : ExitCode::ok;
}

}  // namespace

ExitCode check(const CheckOptions& options)
{
    const auto policy = load_policy(options.policy);
    if (!policy)
        return fail(policy.error());
    const auto rated = read_case(options.case_folder, options.rules);
    if (!rated)
        return fail(rated.error());
    const auto& [rules, report] = *rated;
    const auto day = day_of(options, report);
    if (!day)
        return fail(day.error());
    const Verdict verdict = rules::judge(report, *policy, {rules.book, rules.suffixes, *day});
    const auto detail = options.explain ? VerdictDetail::explained
                        : options.all   ? VerdictDetail::all
                                        : VerdictDetail::findings;
    const ExitCode printed =
        print_text(options.format == CheckOptions::Format::json ? verdict_to_json(verdict, report)
                                                                : verdict_to_text(verdict, report, detail));
    return printed == ExitCode::ok ? status_of(verdict, options) : printed;
}

}  // namespace waybill
