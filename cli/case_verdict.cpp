#include "cli/case_verdict.h"

#include <utility>

#include "base/file.h"
#include "cli/policy_files.h"
#include "cli/rule_folders.h"
#include "report/verdict_text.h"
#include "rules/policy/judge.h"
#include "rules/rate.h"

namespace waybill {
namespace {

constexpr std::size_t most_policy_octets = std::size_t{4} << 20U;

}  // namespace

std::expected<CaseVerdict, Failure> judge_case(const CaseFolder& folder, const Report& report,
                                               const std::filesystem::path& policy)
{
    const auto read = rules::read_policy(policy);
    if (!read)
        return std::unexpected(Failure{ExitCode::bad_rules, read.error().text()});
    const auto rules = load_rules(folder, {});
    if (!rules)
        return std::unexpected(rules.error());
    CaseVerdict judged{rules::judge(report, *read, {rules->book, rules->suffixes, rules::last_day(report)}), {}};
    judged.text = verdict_to_json(judged.verdict, report);
    return judged;
}

std::expected<Verdict, Failure> keep_verdict(const CaseFolder& folder, const Report& report,
                                             const std::filesystem::path& policy)
{
    const auto place = find_policy(policy);
    if (!place)
        return std::unexpected(place.error());
    if (const auto loaded = load_policy(*place); !loaded)
        return std::unexpected(loaded.error());  // by the name that the caller gave
    const auto octets = read_regular_file(*place, most_policy_octets);
    if (!octets)
        return std::unexpected(Failure{ExitCode::bad_rules, octets.error()});
    const std::filesystem::path kept = folder.folder() / sealed_policy;
    if (const auto written = write_file(kept, *octets); !written)
        return std::unexpected(Failure{ExitCode::input_output, written.error()});
    auto judged = judge_case(folder, report, kept);
    if (!judged)
        return std::unexpected(std::move(judged.error()));
    if (const auto written = write_file(folder.folder() / sealed_verdict, judged->text); !written)
        return std::unexpected(Failure{ExitCode::input_output, written.error()});
    return std::move(judged->verdict);
}

}  // namespace waybill
