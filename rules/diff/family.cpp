#include "rules/diff/family.h"

#include "rules/statistics/correction.h"
#include "rules/statistics/permutation.h"
#include "rules/statistics/presence.h"

namespace waybill::diff {
namespace {

using statistics::Alternative;

statistics::Presence presence(const SeenIn& seen)
{
    return {seen.count, seen.runs};
}

}  // namespace

std::size_t Family::add(const BeforeAfter<SeenIn>& seen)
{
    const auto before = presence(seen.before);
    const auto after = presence(seen.after);
    results_.push_back(statistics::fisher_exact(before, after, Alternative::different));
    least_.push_back(statistics::least_fisher_exact(before, after, Alternative::different));
    return results_.size() - 1;
}

std::size_t Family::add(const BeforeAfter<std::vector<std::uint64_t>>& numbers)
{
    const std::int64_t most = statistics::most_addend(numbers.before.size() + numbers.after.size());
    const auto before = statistics::addends(numbers.before, most);
    const auto after = statistics::addends(numbers.after, most);
    results_.push_back(statistics::permutation_test(before, after, Alternative::different).p);
    least_.push_back(statistics::least_permutation(before, after, Alternative::different));
    return results_.size() - 1;
}

bool Family::can_show(std::uint32_t before, std::uint32_t after)
{
    return statistics::least_fisher_exact({before, before}, {0, after}, Alternative::different) < Diff::level;
}

void Family::correct()
{
    const std::vector<bool> can_show = statistics::can_reach(least_, Diff::level);
    std::vector<double> shown;
    for (std::size_t test = 0; test < results_.size(); ++test)
        if (can_show[test])
            shown.push_back(results_[test]);
    const std::vector<double> corrected = statistics::holm(shown);
    counted_ = shown.size();
    corrected_.assign(results_.size(), std::nullopt);
    std::size_t at = 0;
    for (std::size_t test = 0; test < results_.size(); ++test)
        if (can_show[test])
            corrected_[test] = corrected[at++];
}

}  // namespace waybill::diff
