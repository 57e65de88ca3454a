#include "model/experiment.h"

#include <algorithm>

namespace waybill {

std::string_view text(RunOutcome outcome)
{
    switch (outcome) {
        using enum RunOutcome;
        case complete:
            return "complete";
        case failed:
            return "failed";
        case timed_out:
            return "timed-out";
        case not_run:
            break;
    }
    return "not-run";
}

std::string_view text(ArmComparison::Test test)
{
    return test == ArmComparison::Test::fisher ? "fisher-exact" : "permutation";
}

std::string_view text(ArmComparison::Verdict verdict)
{
    switch (verdict) {
        using enum ArmComparison::Verdict;
        case reduced:
            return "reduced";
        case not_reduced:
            return "not-reduced";
        case inconclusive:
            break;
    }
    return "inconclusive";
}

std::string_view text(ArmComparison::Reason reason)
{
    switch (reason) {
        using enum ArmComparison::Reason;
        case too_few_runs:
            return "too-few-runs";
        case hidden:
            return "hidden";
        case none:
            break;
    }
    return "none";
}

bool Experiment::is_incomplete() const
{
    const bool lacks_runs = std::ranges::any_of(arms, [](const ArmSummary& arm) { return arm.complete < arm.planned; });
    const bool lost = std::ranges::any_of(gaps, [](const auto& gap) { return describe(gap.first.kind).lost_input; });
    return lacks_runs || lost;
}

}  // namespace waybill
