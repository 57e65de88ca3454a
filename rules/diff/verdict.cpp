#include "rules/diff/verdict.h"

#include <algorithm>

namespace waybill::diff {
namespace {

struct Tolerances {
    Tolerance without_test;
    Tolerance with_test;
};

Tolerances tolerances_of(Aspect aspect)
{
    if (aspect == Aspect::flows)
        return {Diff::flows_without_test, flows_with_test};
    return {Diff::bytes_without_test, bytes_with_test};
}

bool exceeds(std::uint64_t one, std::uint64_t other, const Tolerance& tolerance)
{
    const auto [less, more] = std::minmax(one, other);
    return more - less > tolerance.difference &&
           static_cast<double>(more) > tolerance.factor * static_cast<double>(less);
}

bool is_shown(std::optional<double> p)
{
    return p && *p < Diff::level;
}

bool is_always(const SeenIn& seen)
{
    return seen.runs > 0 && seen.count == seen.runs;
}

}  // namespace

DiffVerdict verdict_of(const BeforeAfter<SeenIn>& seen, std::optional<double> p)
{
    const SeenIn& before = seen.before;
    const SeenIn& after = seen.after;
    const bool is_stable = (before.count == 0 && is_always(after)) || (after.count == 0 && is_always(before));
    if (is_stable || is_shown(p))
        return before.count == 0 ? DiffVerdict::appeared : after.count == 0 ? DiffVerdict::gone : DiffVerdict::changed;
    const bool is_alike = (is_always(before) && is_always(after)) || (before.count == 0 && after.count == 0);
    return is_alike ? DiffVerdict::same : DiffVerdict::varies;
}

DiffVerdict verdict_of(Aspect aspect, const BeforeAfter<Spread>& numbers, std::optional<double> p)
{
    const Spread& before = numbers.before;
    const Spread& after = numbers.after;
    const auto [without_test, with_test] = tolerances_of(aspect);
    if (before.runs == 0 || after.runs == 0)
        return DiffVerdict::same;
    if (is_shown(p) && exceeds(before.median, after.median, with_test))
        return DiffVerdict::changed;
    const bool differs = exceeds(before.median, after.median, without_test);
    if (before.runs == 1 && after.runs == 1)
        return differs ? DiffVerdict::changed : DiffVerdict::same;
    if (differs && (before.most < after.least || after.most < before.least))
        return DiffVerdict::undecided;
    const bool varies =
        exceeds(before.least, before.most, without_test) || exceeds(after.least, after.most, without_test);
    return varies ? DiffVerdict::varies : DiffVerdict::same;
}

bool is_within_tolerance(Aspect aspect, const BeforeAfter<Spread>& numbers)
{
    const std::uint64_t least = std::min(numbers.before.least, numbers.after.least);
    const std::uint64_t most = std::max(numbers.before.most, numbers.after.most);
    return !exceeds(least, most, tolerances_of(aspect).with_test);
}

}  // namespace waybill::diff
