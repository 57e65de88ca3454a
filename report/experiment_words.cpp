#include "report/experiment_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>

#include "base/joined.h"
#include "base/text.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

using Verdict = ArmComparison::Verdict;

std::string_view contacted(const Experiment& experiment)
{
    return experiment.network == NetworkMode::sinkhole ? "attempted to contact" : "contacted";
}

std::string percent(double share)
{
    return fmt::format("{:.0f} %", share * 100);
}

std::string words_of(const std::vector<Purpose>& purposes)
{
    return joined(purposes | std::views::transform([](Purpose each) { return text(each); }), ", ");
}

/// "With DO_NOT_TRACK=1 set", "With the documented switch DO_NOT_TRACK=1 set", "In the arm \"b\""
std::string with_arm(const ArmSummary& arm)
{
    const std::string name = printable(arm.name);
    if (arm.switches.size() == 1)
        return fmt::format("With the documented switch {} set", printable(arm.switches.front().name));
    if (!arm.switches.empty())
        return fmt::format("With the documented switches of \"{}\" set", name);
    if (arm.sets.size() == 1 && arm.sets.front() == arm.name)
        return fmt::format("With {} set", name);
    return fmt::format("In the arm \"{}\"", name);
}

/// The bound that belongs to none, or all, of so many runs.
std::string bound_text(const ArmSight& sight)
{
    if (sight.runs == 0)
        return {};
    if (sight.count == 0)
        return fmt::format(" (95 %: in at most {} of runs)", percent(sight.high));
    if (sight.count == sight.runs)
        return fmt::format(" (95 %: in at least {} of runs)", percent(sight.low));
    return {};
}

std::string octets_text(const Unit& unit, const ArmComparison& comparison)
{
    const Spread& first = unit.sights.front().ip_bytes_out;
    const Spread& second = unit.sights[comparison.arm].ip_bytes_out;
    return fmt::format("Octets out per run, median (range): {} ({} to {}), against {} ({} to {}) in A.", second.median,
                       second.least, second.most, first.median, first.least, first.most);
}

std::string reason_text(const Experiment& experiment, const Unit& unit, const ArmComparison& comparison)
{
    if (comparison.verdict != Verdict::inconclusive)
        return {};
    if (comparison.reason == ArmComparison::Reason::hidden)
        return " Inconclusive: runs that failed, or whose gaps could hide a contact, could change the verdict.";
    for (const std::size_t arm : {std::size_t{0}, comparison.arm})
        if (unit.sights[arm].runs == 0)
            return fmt::format(" Inconclusive: no run of {} is complete.", arm_letter(arm));
    if (!comparison.needed)
        return " Inconclusive: at these rates no number of repeats up to 1000 would give a verdict.";
    const std::uint32_t planned = experiment.arms[comparison.arm].planned;
    return fmt::format(" Inconclusive: at these rates about {} repeats of each arm would give a verdict{}.",
                       *comparison.needed,
                       *comparison.needed > planned ? fmt::format(", instead of {}", planned) : std::string{});
}

std::string not_reduced_text(const Experiment& experiment, const ArmComparison& comparison)
{
    if (comparison.verdict != Verdict::not_reduced)
        return {};
    return fmt::format(
        " Not reduced, within a margin of {}: with 95 % the share of runs is lower by less than {:.1f} %, and that it "
        "sends less than {} of the octets is rejected with p = {}.",
        percent(experiment.margin), std::max(comparison.largest_drop, 0.0) * 100, percent(1 - experiment.margin),
        probability_text(comparison.margin_p));
}

std::string sources_text(const CitedSwitch& documented)
{
    if (documented.sources.empty())
        return {};
    const RatingSource& source = documented.sources.front();
    std::string words = fmt::format(" — {} ({}, read {}{}) {}", printable(source.title), printable(source.grade),
                                    printable(source.read), age_text(source.age_days), printable(source.url));
    if (documented.sources.size() > 1)
        words += ", and " + count_text(documented.sources.size() - 1, "more source", "more sources");
    return words;
}

std::string values_text(const Difference::Values& values)
{
    std::string words;
    for (const auto& [value, runs] : values)
        words += fmt::format("{}{} ({})", words.empty() ? "" : ", ", printable(value), runs);
    return words.empty() ? "-" : words;
}

}  // namespace

std::string arm_letter(std::size_t arm)
{
    constexpr std::size_t letters = 26;
    const std::string last{static_cast<char>('A' + static_cast<char>(arm % letters))};
    return arm < letters ? last : arm_letter(arm / letters - 1) + last;
}

std::string share_text(const ArmSight& sight)
{
    return fmt::format("{} of {}", sight.count, sight.runs);
}

std::string probability_text(double p)
{
    constexpr double small = 0.001;
    if (p >= 1)
        return "1";
    return p < small ? fmt::format("{:.1e}", p) : fmt::format("{:.3f}", p);
}

std::string verdict_text(ArmComparison::Verdict verdict)
{
    return verdict == Verdict::not_reduced ? "not reduced" : std::string{text(verdict)};
}

std::string unit_text(const Unit& unit)
{
    if (unit.kind == Unit::Kind::endpoint)
        return printable(unit.name);
    return fmt::format("all {}", count_text(unit.endpoints, "endpoint", "endpoints"));
}

std::string purposes_text(const Unit& unit)
{
    return unit.is_cited ? words_of(unit.purposes) : "no cited purpose";
}

std::string test_text(const Experiment& experiment, const ArmComparison& comparison)
{
    std::string test = "Fisher's exact test of presence";
    if (comparison.test == ArmComparison::Test::permutation)
        test = fmt::format("Permutation test of octets out ({} {})",
                           comparison.is_exact ? "all" : "drawn:", count_text(comparison.splits, "split", "splits"));
    const std::string words = fmt::format("{}, one-sided: p = {}", test, probability_text(comparison.p));
    if (comparison.is_tested)
        return words + fmt::format(", corrected {} ({})", probability_text(comparison.corrected),
                                   count_text(experiment.family, "test", "tests"));
    return words + ", not corrected: it could not get below the level";
}

std::string verdict_sentences(const Experiment& experiment, const Unit& unit, const ArmComparison& comparison)
{
    const ArmSight& first = unit.sights.front();
    const ArmSight& second = unit.sights[comparison.arm];
    std::string words = fmt::format(
        "{}, {} {} in {} runs{}, against {}{} in A.", with_arm(experiment.arms[comparison.arm]), contacted(experiment),
        unit.kind == Unit::Kind::endpoint ? unit_text(unit) : fmt::format("an endpoint for {}", purposes_text(unit)),
        share_text(second), bound_text(second), share_text(first), bound_text(first));
    words += fmt::format(" {}.", test_text(experiment, comparison));
    if (comparison.test == ArmComparison::Test::permutation)
        words += " " + octets_text(unit, comparison);
    if (comparison.verdict == Verdict::reduced)
        words += " Reduced.";
    words += not_reduced_text(experiment, comparison) + reason_text(experiment, unit, comparison);
    if (comparison.is_more)
        words += fmt::format(" {} more of it than in A: two-sided p = {}, not corrected.",
                             comparison.more_in_sight ? "In what could be seen there is" : "There is",
                             probability_text(comparison.two_sided));
    if (comparison.only_in_sight)
        words += " Not contacted in what could be seen: the gaps below forbid to say more.";
    if (unit.purposes == std::vector{Purpose::name_resolution})
        words += " What a resolver is asked follows from what else is contacted.";
    if (unit.is_mixed())
        words += fmt::format(
            " It has several purposes ({}), which metadata cannot tell apart: the verdict is about the "
            "host.",
            words_of(unit.purposes));
    return words;
}

std::string switch_sentence(const CitedSwitch& documented)
{
    return fmt::format("{}: {} Covers {}{}", printable(documented.name), printable(documented.effect),
                       words_of(documented.covers), sources_text(documented));
}

std::vector<std::string> arm_sentences(const Experiment& experiment, std::size_t arm)
{
    const ArmSummary& summary = experiment.arms[arm];
    std::string words = fmt::format("{} of {} runs complete", summary.complete, summary.planned);
    if (summary.failed > 0)
        words += fmt::format(", {} failed", summary.failed);
    for (const std::string& each : summary.sets)
        words += " · " + printable(each);
    if (summary.sets.empty())
        words += " · sets nothing";
    std::vector<std::string> sentences{fmt::format("{}  {}: {}", arm_letter(arm), printable(summary.name), words)};
    for (const CitedSwitch& documented : summary.switches)
        sentences.push_back("documented: " + switch_sentence(documented));
    return sentences;
}

std::vector<std::string> difference_sentences(const Experiment& experiment)
{
    std::vector<std::string> sentences;
    for (const Difference& difference : experiment.differences) {
        std::string words = fmt::format("{}, {}:", printable(difference.what),
                                        difference.is_between ? "between the arms" : "within the arms alike");
        for (std::size_t arm = 0; arm < difference.arms.size(); ++arm)
            words += fmt::format(" {} {}{}", arm_letter(arm), values_text(difference.arms[arm]),
                                 arm + 1 < difference.arms.size() ? ";" : "");
        sentences.push_back(std::move(words));
    }
    std::string names;
    for (const std::string& name : experiment.compared)
        names += (names.empty() ? "" : ", ") + printable(name);
    sentences.push_back(fmt::format("{} differed of what was recorded and compared ({}).",
                                    sentences.empty() ? "Nothing" : "Nothing else", names.empty() ? "nothing" : names));
    return sentences;
}

std::vector<std::string> method_sentences(const Experiment& experiment)
{
    return {
        fmt::format("reduced: less than in A, p below {} after Holm's correction over the {} that could get there "
                    "(Tarone). Presence by Fisher's exact test; octets out by a permutation test where every run of "
                    "both arms has a contact, which looks at the pooled runs alone.",
                    experiment.level, count_text(experiment.family, "test", "tests")),
        fmt::format("not reduced: exact bounds leave room for less than {} of the runs, and where every run has a "
                    "contact, a permutation test rejects that less than {} of the octets are sent. Else inconclusive. "
                    "These verdicts are not corrected for their number.",
                    percent(experiment.margin), percent(1 - experiment.margin)),
        "Runs that failed count against either verdict. A verdict holds for these runs on this machine, and says "
        "nothing of what is inside an encrypted connection.",
    };
}

}  // namespace waybill
