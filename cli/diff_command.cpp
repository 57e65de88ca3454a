#include "cli/diff_command.h"

#include <unistd.h>

#include <expected>
#include <string>

#include "cli/compare_cases.h"
#include "cli/print.h"
#include "cli/rule_folders.h"
#include "report/diff_json.h"
#include "report/diff_markdown.h"
#include "report/diff_text.h"
#include "rules/diff/judge.h"

namespace waybill {
namespace {

using Folders = CaseFolders;

std::expected<BeforeAfter<Folders>, Failure> sides_of(const DiffOptions& options)
{
    const auto& [before, after] = options.several;
    const bool are_named = !before.empty() || !after.empty();
    if (are_named && (!options.sides.before.empty() || before.empty() || after.empty()))
        return std::unexpected(
            Failure{ExitCode::usage, "give --before and --after at least one case each, and nothing beside them"});
    if (are_named)
        return options.several;
    if (options.sides.after.empty())
        return std::unexpected(Failure{ExitCode::usage,
                                       "two sides are compared: waybill diff BEFORE AFTER, each a case or a folder of "
                                       "cases, or waybill diff --before CASE... --after CASE..."});
    return BeforeAfter<Folders>{{options.sides.before}, {options.sides.after}};
}

diff::FailOn asked(DiffFailure failure)
{
    switch (failure) {
        case DiffFailure::new_purpose:
            return diff::FailOn::new_purpose;
        case DiffFailure::new_endpoint:
            return diff::FailOn::new_endpoint;
        case DiffFailure::any:
            return diff::FailOn::any;
        case DiffFailure::nothing:
            break;
    }
    return diff::FailOn::nothing;
}

std::string rendered(const Diff& compared, const DiffOptions& options)
{
    switch (options.format) {
        case DiffFormat::json:
            return diff_to_json(compared);
        case DiffFormat::markdown:
            return diff_to_markdown(compared, options.all ? Named::all : Named::few);
        case DiffFormat::text:
            break;
    }
    return diff_to_text(compared, terminal_style(STDOUT_FILENO, options.all));
}

}  // namespace

ExitCode diff_cases(const DiffOptions& options)
{
    const auto sides = sides_of(options);
    if (!sides)
        return fail(sides.error());
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const auto compared = compare_cases(*sides, *rules);
    if (!compared)
        return fail(compared.error());
    if (const ExitCode printed = print_text(rendered(*compared, options)); printed != ExitCode::ok)
        return printed;
    switch (diff::judge(*compared, asked(options.fail_on))) {
        case diff::Judgement::yes:
            return ExitCode::findings;
        case diff::Judgement::open:
            return ExitCode::incomplete;
        case diff::Judgement::no:
            break;
    }
    return ExitCode::ok;
}

}  // namespace waybill
