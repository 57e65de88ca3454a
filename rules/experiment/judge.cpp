#include "rules/experiment/judge.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "rules/experiment/sample.h"
#include "rules/statistics/correction.h"
#include "rules/statistics/permutation.h"
#include "rules/statistics/repeats.h"

namespace waybill::rules {
namespace {

using statistics::Alternative;
using Test = ArmComparison::Test;
using Verdict = ArmComparison::Verdict;
using Reason = ArmComparison::Reason;

constexpr double level = Experiment::level;

/// A comparison while it is judged.
struct Judged {
    UnitRuns* unit;
    ArmComparison* comparison;
    SamplePair seen;
    SamplePair against_reduced;      // with the unknown runs speaking against that verdict
    SamplePair against_not_reduced;  // likewise
    ArmFailures failures;
    std::uint32_t made = 0;  // repeats of the two arms, whatever became of them
    double least = 1;
    double filled = 1;  // result of the test with `against_reduced`, then corrected
};

double result_of(const SamplePair& pair, Test test, Alternative alternative)
{
    return test == Test::fisher ? statistics::fisher_exact(pair.first.presence, pair.second.presence, alternative)
                                : statistics::permutation_test(pair.first.octets, pair.second.octets, alternative).p;
}

double least_result(const SamplePair& pair, Test test)
{
    return test == Test::fisher
               ? statistics::least_fisher_exact(pair.first.presence, pair.second.presence, Alternative::lower)
               : statistics::least_permutation(pair.first.octets, pair.second.octets, Alternative::lower);
}

/// Whether the second arm's is more, by what was seen.
bool is_higher(const SamplePair& pair, Test test)
{
    if (test == Test::permutation)
        return pair.second.mean_octets() > pair.first.mean_octets();
    const statistics::Presence first = pair.first.presence;
    const statistics::Presence second = pair.second.presence;
    return std::uint64_t{second.count} * first.runs > std::uint64_t{first.count} * second.runs;
}

/// Whether there could have been a contact, or more octets, than was seen of the run.
bool may_hide(const RunSight& run)
{
    return !run.volumes_are_whole || (!run.is_there() && run.absence != AbsenceSight::whole);
}

/// The results of the tests, each by itself.
void compare(Judged& each, const ArmSummary& arm)
{
    ArmComparison& comparison = *each.comparison;
    const SamplePair& seen = each.seen;
    // The choice looks at the pooled runs alone, so the test keeps its level.
    comparison.test =
        seen.first.presence.is_always() && seen.second.presence.is_always() ? Test::permutation : Test::fisher;
    if (comparison.test == Test::permutation) {
        const auto result = statistics::permutation_test(seen.first.octets, seen.second.octets, Alternative::lower);
        comparison.p = result.p;
        comparison.splits = result.splits;
        comparison.is_exact = result.is_exact;
    } else {
        comparison.p = result_of(seen, Test::fisher, Alternative::lower);
    }
    comparison.two_sided = result_of(seen, comparison.test, Alternative::different);
    each.least = least_result(seen, comparison.test);
    each.filled = each.against_reduced == seen ? comparison.p
                                               : result_of(each.against_reduced, comparison.test, Alternative::lower);
    const bool is_new =
        seen.first.presence.runs > 0 && seen.first.presence.count == 0 && seen.second.presence.count > 0;
    comparison.is_more = is_new || (comparison.two_sided < level && is_higher(seen, comparison.test));
    comparison.more_in_sight =
        comparison.is_more && (each.failures.first > 0 || std::ranges::any_of(each.unit->arms.front(), may_hide));
    comparison.only_in_sight = seen.second.presence.count == 0 &&
                               std::ranges::any_of(each.unit->arms[comparison.arm], [](const RunSight& run) {
                                   return run.absence != AbsenceSight::whole;
                               });
    comparison.is_covered = arm.covers.empty() || std::ranges::any_of(each.unit->unit.purposes, [&](Purpose purpose) {
                                return std::ranges::find(arm.covers, purpose) != arm.covers.end();
                            });
}

/// Corrects the results of the tests that can get below the level at all.
std::size_t correct(std::vector<Judged>& cases)
{
    std::vector<double> least;
    least.reserve(cases.size());
    for (const Judged& each : cases)
        least.push_back(each.least);
    const std::vector<bool> reach = statistics::can_reach(least, level);
    std::vector<Judged*> family;
    std::vector<double> results;
    std::vector<double> filled;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!reach[i])
            continue;
        family.push_back(&cases[i]);
        results.push_back(cases[i].comparison->p);
        filled.push_back(cases[i].filled);
    }
    results = statistics::holm(results);
    filled = statistics::holm(filled);
    for (std::size_t i = 0; i < family.size(); ++i) {
        family[i]->comparison->is_tested = true;
        family[i]->comparison->corrected = results[i];
        family[i]->filled = filled[i];
    }
    return family.size();
}

/// Whether neither the share of runs nor the octets, those of runs without a contact being none, can be lower by the
/// margin. Presence alone would not do: of what is rare any drop is a small one, and one contact may stand for less.
bool is_within(const SamplePair& pair, double margin)
{
    return statistics::largest_drop(pair.first.presence, pair.second.presence) < margin &&
           margin_result(pair, margin) < level;
}

std::optional<std::uint32_t> smaller(std::optional<std::uint32_t> one, std::optional<std::uint32_t> other)
{
    if (!one || !other)
        return one ? one : other;
    return std::min(*one, *other);
}

/// Repeats for one verdict or the other, if runs go on like those seen. More runs can bring every comparison into the
/// family, so the level is shared by all.
std::optional<std::uint32_t> needed_repeats(const Judged& each, double margin, std::size_t comparisons)
{
    const SamplePair& seen = each.seen;
    const Test test = each.comparison->test;
    const double shared = level / static_cast<double>(comparisons);
    const auto for_margin = statistics::repeats_for_margin(seen.first.presence, seen.second.presence, margin);
    const auto for_reduced =
        test == Test::fisher
            ? statistics::repeats_for_difference(seen.first.presence, seen.second.presence, Alternative::lower, shared)
            : statistics::repeats_for_difference(seen.first.octets, seen.second.octets, Alternative::lower, shared);
    const SamplePair scaled = scaled_by_margin(seen, margin);
    const auto for_octets =
        statistics::repeats_for_difference(scaled.first.octets, scaled.second.octets, Alternative::higher, level);
    std::optional<std::uint32_t> for_not_reduced;
    if (for_margin && for_octets)
        for_not_reduced = std::max(*for_margin, *for_octets);
    const auto needed = smaller(for_reduced, for_not_reduced);
    if (!needed)
        return {};
    // Rates that are rounded to runs, and normal approximations, can give what was made already: it did not suffice.
    return std::max(*needed, each.made + 1);
}

void decide(const Judged& each, double margin, std::size_t comparisons)
{
    ArmComparison& comparison = *each.comparison;
    comparison.largest_drop = statistics::largest_drop(each.seen.first.presence, each.seen.second.presence);
    comparison.margin_p = margin_result(each.seen, margin);
    const bool seems_reduced = comparison.is_tested && comparison.corrected < level;
    const bool seems_within = comparison.largest_drop < margin && comparison.margin_p < level;
    if (seems_reduced && each.filled < level)
        comparison.verdict = Verdict::reduced;
    else if (!seems_reduced && seems_within && is_within(each.against_not_reduced, margin))
        comparison.verdict = Verdict::not_reduced;
    else if (seems_reduced || seems_within)
        comparison.reason = Reason::hidden;
    else
        comparison.reason = Reason::too_few_runs;
    if (comparison.reason == Reason::too_few_runs)
        comparison.needed = needed_repeats(each, margin, comparisons);
}

}  // namespace

std::size_t judge(std::vector<UnitRuns>& units, std::span<const ArmSummary> arms, double margin)
{
    std::vector<Judged> cases;
    for (UnitRuns& unit : units) {
        unit.unit.comparisons.assign(arms.size() - 1, {});
        for (std::size_t arm = 1; arm < arms.size(); ++arm) {
            ArmComparison& comparison = unit.unit.comparisons[arm - 1];
            comparison.arm = arm;
            const ArmFailures failures{arms.front().failed, arms[arm].failed};
            Judged each{.unit = &unit,
                        .comparison = &comparison,
                        .seen = sample_pair(unit, arm, failures, Unknown::left_out),
                        .against_reduced = sample_pair(unit, arm, failures, Unknown::against_reduced),
                        .against_not_reduced = sample_pair(unit, arm, failures, Unknown::against_not_reduced),
                        .failures = failures};
            each.made = std::max(each.seen.first.presence.runs + failures.first,
                                 each.seen.second.presence.runs + failures.second);
            compare(each, arms[arm]);
            cases.push_back(std::move(each));
        }
    }
    const std::size_t family = correct(cases);
    for (const Judged& each : cases)
        decide(each, margin, cases.size());
    return family;
}

}  // namespace waybill::rules
