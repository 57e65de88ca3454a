#include "cli/rules_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "cli/build_report.h"
#include "cli/print.h"
#include "rules/explain.h"
#include "rules/lint.h"

namespace waybill {
namespace {

rules::Date today()
{
    return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

}  // namespace

ExitCode list_rules(const RulesOptions& options)
{
    const auto rules = load_rules(options.rules);
    return rules ? print_text(rules::list_text(rules->book)) : fail(rules.error());
}

ExitCode show_rules(const RulesOptions& options)
{
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const auto packs = rules->book.packs();
    if (const auto pack = std::ranges::find(packs, options.subject, &rules::Pack::id); pack != packs.end())
        return print_text(rules::show_text(*pack));
    if (const rules::Rule* const rule = rules->book.find_rule(options.subject))
        return print_text(rules::show_text(*rule, rules->book));
    return fail(
        {ExitCode::usage, options.subject + ": no pack and no rule has this id; `waybill rules list` names them"});
}

ExitCode explain_rules(const RulesOptions& options)
{
    const auto endpoint = rules::parse_endpoint(options.subject);
    if (!endpoint)
        return fail(
            {ExitCode::usage,
             fmt::format("\"{}\" is not an endpoint: {}; write api.example, api.example:443 or 192.0.2.1:53/udp",
                         options.subject, rules::text(endpoint.error()))});
    const auto rules = load_rules(options.rules);
    return rules ? print_text(rules::explain(rules->book, *endpoint)) : fail(rules.error());
}

ExitCode lint_rules(const RulesOptions& options)
{
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    const auto findings = rules::lint(rules->book, rules->suffixes, today());
    std::string text;
    for (const rules::LintFinding& finding : findings)
        text += finding.text() + "\n";
    text += std::to_string(rules->book.rule_count()) + " rules, " + std::to_string(findings.size()) + " findings\n";
    const ExitCode printed = print_text(text);
    return printed == ExitCode::ok && !findings.empty() ? ExitCode::bad_rules : printed;
}

}  // namespace waybill
