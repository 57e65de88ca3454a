#include "report/experiment_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/experiment_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

using Section = ExperimentPage::Section;
using Verdict = ArmComparison::Verdict;

std::string circumstances(const Experiment& experiment)
{
    std::string words = experiment.network ? std::string{text(*experiment.network)} : "no run yet";
    if (experiment.network == NetworkMode::sinkhole)
        words += ": attempts only";
    const auto most = std::ranges::max(experiment.arms, {}, &ArmSummary::planned).planned;
    words += fmt::format(" · {}, {} each, {}", count_text(experiment.arms.size(), "arm", "arms"),
                         count_text(most, "run", "runs"), printable(experiment.order));
    if (experiment.first && experiment.last)
        words += fmt::format(" · {} to {}", to_rfc3339(*experiment.first).substr(0, 19) + "Z",
                             to_rfc3339(*experiment.last).substr(0, 19) + "Z");
    return words;
}

std::size_t count_verdicts(const Experiment& experiment, std::size_t arm, Verdict verdict)
{
    return static_cast<std::size_t>(std::ranges::count_if(experiment.units, [&](const Unit& unit) {
        return unit.kind == Unit::Kind::endpoint && unit.comparisons[arm - 1].verdict == verdict;
    }));
}

std::string summary(const Experiment& experiment, std::size_t arm)
{
    return fmt::format("{} against A, endpoints: {} reduced, {} not reduced, {} inconclusive", arm_letter(arm),
                       count_verdicts(experiment, arm, Verdict::reduced),
                       count_verdicts(experiment, arm, Verdict::not_reduced),
                       count_verdicts(experiment, arm, Verdict::inconclusive));
}

std::string fraction_text(const ArmSight& sight)
{
    return fmt::format("{}/{}", sight.count, sight.runs);
}

Section arms_section(const Experiment& experiment)
{
    Section section{"Arms", {}, {}};
    for (std::size_t arm = 0; arm < experiment.arms.size(); ++arm)
        for (std::string& sentence : arm_sentences(experiment, arm))
            section.sentences.push_back(std::move(sentence));
    return section;
}

/// Rows of one kind of unit for one arm against the first.
Section results_section(const Experiment& experiment, std::size_t arm)
{
    const std::string letter = arm_letter(arm);
    ExperimentPage::Table table;
    table.head = {"VERDICT", "WHAT", "PURPOSE", "RUNS A", "RUNS " + letter, "OUT A", "OUT " + letter, "CORR. P"};
    table.aligns = {Align::left,  Align::left,  Align::left,  Align::right,
                    Align::right, Align::right, Align::right, Align::right};
    Section section{fmt::format("{} against A: {}", letter, printable(experiment.arms[arm].name)), {}, {}};
    for (const Unit& unit : experiment.units) {
        const ArmComparison& comparison = unit.comparisons[arm - 1];
        const ArmSight& first = unit.sights.front();
        const ArmSight& second = unit.sights[arm];
        if (first.count == 0 && second.count == 0)
            continue;
        table.rows.push_back({verdict_text(comparison.verdict), unit_text(unit), purposes_text(unit), share_text(first),
                              fraction_text(second), size_text(first.ip_bytes_out.median),
                              size_text(second.ip_bytes_out.median),
                              comparison.is_tested ? probability_text(comparison.corrected) : "-"});
        section.sentences.push_back(verdict_sentences(experiment, unit, comparison));
    }
    if (table.rows.empty())
        section.sentences.emplace_back(
            "No contact was made or attempted in either arm, as far as it could be recorded.");
    else
        section.table = std::move(table);
    return section;
}

Section told_section(const Experiment& experiment)
{
    Section section{"Runs that are not complete", {}, {}};
    section.sentences.reserve(experiment.told.size());
    for (const ToldRun& run : experiment.told)
        section.sentences.push_back(fmt::format("{:04} of {}: {}{}{}", run.number, arm_letter(run.arm),
                                                text(run.outcome), run.what.empty() ? "" : ", ", printable(run.what)));
    return section;
}

Section by_hand_section(const Experiment& experiment)
{
    Section section{"Documented switches that only a person can set", {}, {}};
    for (const CitedSwitch& documented : experiment.by_hand)
        section.sentences.push_back(switch_sentence(documented));
    return section;
}

Section gaps_section(const Experiment& experiment)
{
    std::vector<Gap> gaps;
    for (const auto& [gap, runs] : experiment.gaps)
        gaps.push_back(gap);
    return {"Not seen (all runs together)", {}, gap_sentences(gaps)};
}

}  // namespace

ExperimentPage experiment_page(const Experiment& experiment)
{
    ExperimentPage page;
    page.title = experiment.command.empty() ? printable(experiment.name) : command_text(experiment.command);
    if (!experiment.product.empty())
        page.head.push_back("Documented switches of " + printable(experiment.product));
    page.head.push_back(circumstances(experiment));
    for (std::size_t arm = 1; arm < experiment.arms.size(); ++arm)
        page.head.push_back(summary(experiment, arm));
    page.sections.push_back(arms_section(experiment));
    for (std::size_t arm = 1; arm < experiment.arms.size(); ++arm)
        page.sections.push_back(results_section(experiment, arm));
    if (!experiment.told.empty())
        page.sections.push_back(told_section(experiment));
    if (!experiment.by_hand.empty())
        page.sections.push_back(by_hand_section(experiment));
    page.sections.push_back({"What else differed", {}, difference_sentences(experiment)});
    page.sections.push_back({"How it is judged", {}, method_sentences(experiment)});
    page.sections.push_back(gaps_section(experiment));
    page.sections.push_back({"Cannot be answered", {}, {cannot_be_answered.begin(), cannot_be_answered.end()}});
    return page;
}

}  // namespace waybill
