#include "cli/learn_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "cli/analyze_case.h"
#include "cli/policy_files.h"
#include "cli/print.h"
#include "rules/pack_fields.h"
#include "rules/policy/learn.h"
#include "rules/rate.h"

namespace waybill {
namespace {

std::string difference_text(const rules::PolicyDifference& difference, std::size_t runs)
{
    std::string text;
    for (const rules::PolicyEntry& entry : difference.added)
        text += fmt::format("+ {}\n", printable(rules::entry_to_json(entry)));
    for (const std::string& sentence : difference.objected)
        text += fmt::format("! {}\n", printable(sentence));
    for (const std::string& id : difference.unseen)
        text += fmt::format("- {}: not contacted in {}\n", printable(id), runs == 1 ? "this run" : "these runs");
    for (const auto& [entry, seen] : difference.changed)
        text += fmt::format("~ {}: seen in {} of {} runs; before in {} of {}\n", printable(entry.id), seen.runs,
                            seen.of, entry.seen->runs, entry.seen->of);
    return text.empty() ? "no difference\n" : text;
}

/// Warnings go to stderr, for the policy on stdout is to be kept in a file.
void warn(const rules::LearnedPolicy& learned)
{
    for (const std::string& warning : learned.warnings)
        static_cast<void>(write_all(STDERR_FILENO, fmt::format("waybill: {}\n", warning)));  // nowhere else to say it
}

std::expected<std::vector<Report>, Failure> read_cases(const LearnOptions& options, const Rules& rules)
{
    std::vector<Report> runs;
    for (const std::filesystem::path& folder : options.cases) {
        auto report = read_case(folder, rules);
        if (!report)
            return std::unexpected(report.error());
        runs.push_back(*std::move(report));
    }
    return runs;
}

}  // namespace

ExitCode learn(const LearnOptions& options)
{
    if (options.merged && options.policy.empty())
        return fail({ExitCode::usage, "--merged needs --policy, whose policy it prints with the changes"});
    const std::string id = options.id.empty() ? "learned" : options.id;
    if (!rules::is_id(id))
        return fail({ExitCode::usage, fmt::format("--id: \"{}\" must be of a-z, 0-9, '-' and '.'", id)});
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const auto runs = read_cases(options, *rules);
    if (!runs)
        return fail(runs.error());
    rules::Date latest = rules::last_day(runs->front());
    for (const Report& run : *runs)
        latest = std::max(latest, rules::last_day(run));
    const rules::LearnedPolicy learned =
        rules::learn(*runs, rules->book, {id, fmt::format("Learned from {} cases", runs->size()), latest});
    warn(learned);
    if (options.policy.empty())
        return print_text(rules::policy_to_json(learned.policy, learned.suggestions));
    const auto policy = load_policy(options.policy);
    if (!policy)
        return fail(policy.error());
    const rules::PolicyDifference difference =
        rules::compare(*policy, learned, *runs, {rules->book, rules->suffixes, latest});
    return print_text(options.merged
                          ? rules::policy_to_json(rules::merged(*policy, difference, latest), learned.suggestions)
                          : difference_text(difference, runs->size()));
}

}  // namespace waybill
