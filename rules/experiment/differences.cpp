#include "rules/experiment/differences.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace waybill::rules {
namespace {

const std::string* value_of(const ObservedRun& run, const std::string& name)
{
    const auto found = std::ranges::find(run.circumstances, name, &std::pair<std::string, std::string>::first);
    return found == run.circumstances.end() ? nullptr : &found->second;
}

/// Whether an arm has a value that another one does not have.
bool differs_between(const std::vector<Difference::Values>& arms)
{
    std::set<std::set<std::string>> sets;
    for (const Difference::Values& values : arms) {
        std::set<std::string> names;
        for (const auto& [value, runs] : values)
            names.insert(value);
        if (!names.empty())  // an arm without complete runs has no values
            sets.insert(std::move(names));
    }
    return sets.size() > 1;
}

}  // namespace

std::vector<std::string> compared(std::span<const ObservedRun> runs)
{
    std::vector<std::string> names;
    for (const ObservedRun& run : runs)
        for (const auto& [name, value] : run.circumstances)
            if (std::ranges::find(names, name) == names.end())
                names.push_back(name);
    return names;
}

std::vector<Difference> differences(std::span<const ObservedRun> runs, std::size_t arms)
{
    std::vector<Difference> found;
    for (const std::string& name : compared(runs)) {
        std::vector<std::map<std::string, std::uint32_t>> counts(arms);
        std::set<std::string> values;
        for (const ObservedRun& run : runs) {
            const std::string* const value = value_of(run, name);
            if (run.outcome != RunOutcome::complete || value == nullptr)
                continue;
            ++counts[run.arm][*value];
            values.insert(*value);
        }
        if (values.size() < 2)
            continue;
        Difference difference{.what = name, .arms = {}};
        for (const auto& arm : counts)
            difference.arms.emplace_back(arm.begin(), arm.end());
        difference.is_between = differs_between(difference.arms);
        found.push_back(std::move(difference));
    }
    return found;
}

std::vector<std::pair<Gap, std::uint32_t>> added_gaps(std::span<const ObservedRun> runs)
{
    std::map<std::pair<GapKind, std::string>, std::pair<std::uint64_t, std::uint32_t>> sums;
    for (const ObservedRun& run : runs) {
        std::set<std::pair<GapKind, std::string>> of_this_run;
        for (const Gap& gap : run.gaps) {
            auto& [count, in_runs] = sums[{gap.kind, gap.detail}];
            count += gap.count;
            if (of_this_run.insert({gap.kind, gap.detail}).second)
                ++in_runs;
        }
    }
    std::vector<std::pair<Gap, std::uint32_t>> gaps;
    gaps.reserve(sums.size());
    for (const auto& [what, sum] : sums)
        gaps.emplace_back(Gap{what.first, sum.first, what.second}, sum.second);
    return gaps;
}

}  // namespace waybill::rules
