#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "report/columns.h"
#include "report/experiment_text.h"
#include "report/experiment_words.h"

using namespace waybill;

namespace {

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// The text without its line breaks and the spaces beside them.
std::string unwrapped(std::string text)
{
    std::ranges::replace(text, '\n', ' ');
    const auto both = std::ranges::unique(text, [](char left, char right) { return left == ' ' && right == ' '; });
    text.erase(both.begin(), both.end());
    return text;
}

ArmSight sight(std::uint32_t count, std::uint32_t runs, double low, double high)
{
    ArmSight found;
    found.count = count;
    found.runs = runs;
    found.low = low;
    found.high = high;
    found.ip_bytes_out = {100, 200, 300};
    return found;
}

/// Ten runs of two arms, of which the second reduces one endpoint to none.
Experiment sample()
{
    Experiment experiment;
    experiment.command = {"acme-coder", "-p", "hello"};
    experiment.network = NetworkMode::sinkhole;
    experiment.margin = 0.3;
    experiment.order = "interleaved";
    experiment.family = 2;
    experiment.arms.resize(2);
    experiment.arms[0].name = "default";
    experiment.arms[1].name = "ACME_EVENTS=0";
    experiment.arms[1].sets = {"ACME_EVENTS=0"};
    for (ArmSummary& arm : experiment.arms)
        arm.planned = arm.complete = 10;
    Unit unit;
    unit.name = "events.acme.example:443";
    unit.purposes = {Purpose::telemetry};
    unit.is_cited = true;
    unit.sights = {sight(10, 10, 0.692, 1), sight(0, 10, 0, 0.308)};
    ArmComparison comparison;
    comparison.arm = 1;
    comparison.is_tested = true;
    comparison.p = 5.4e-6;
    comparison.corrected = 1.08e-5;
    comparison.verdict = ArmComparison::Verdict::reduced;
    unit.comparisons = {comparison};
    experiment.units = {unit};
    experiment.compared = {"kernel", "HOME"};
    return experiment;
}

CitedSwitch documented()
{
    return {.id = "acme/events",
            .name = "ACME_EVENTS=0",
            .effect = "No events are sent.",
            .covers = {Purpose::telemetry},
            .sources = {{"Manual", "https://acme.example/manual", "vendor documentation", "2026-11-20", "", "", 2}}};
}

}  // namespace

TEST_CASE("a verdict is told with its numbers, its test and its bound, in words of the mode")
{
    Experiment experiment = sample();
    CHECK(verdict_sentences(experiment, experiment.units[0], experiment.units[0].comparisons[0]) ==
          "With ACME_EVENTS=0 set, attempted to contact events.acme.example:443 in 0 of 10 runs (95 %: in at most 31 % "
          "of runs), against 10 of 10 (95 %: in at least 69 % of runs) in A. Fisher's exact test of presence, "
          "one-sided: p = 5.4e-06, corrected 1.1e-05 (2 tests). Reduced.");
    experiment.network = NetworkMode::isolated;
    experiment.arms[1].switches = {documented()};
    CHECK(verdict_sentences(experiment, experiment.units[0], experiment.units[0].comparisons[0])
              .starts_with("With the documented switch ACME_EVENTS=0 set, contacted events.acme.example:443 in 0 of "));
}

TEST_CASE("what limits a verdict is part of its sentences")
{
    Experiment experiment = sample();
    Unit unit = experiment.units[0];
    ArmComparison comparison = unit.comparisons[0];
    comparison.only_in_sight = true;
    CHECK(has(verdict_sentences(experiment, unit, comparison), "Not contacted in what could be seen"));
    comparison.verdict = ArmComparison::Verdict::inconclusive;
    comparison.reason = ArmComparison::Reason::too_few_runs;
    comparison.needed = 14;
    CHECK(has(verdict_sentences(experiment, unit, comparison), "about 14 repeats of each arm"));
    comparison.needed = {};
    CHECK(has(verdict_sentences(experiment, unit, comparison), "no number of repeats"));
    unit.sights[1] = sight(0, 0, 0, 1);
    CHECK(has(verdict_sentences(experiment, unit, comparison), "Inconclusive: no run of B is complete."));
    CHECK_FALSE(has(verdict_sentences(experiment, unit, comparison), "no number of repeats"));
    unit.sights[1] = sight(0, 10, 0, 0.308);
    comparison.reason = ArmComparison::Reason::hidden;
    CHECK(has(verdict_sentences(experiment, unit, comparison), "runs that failed, or whose gaps could hide"));
    unit.kind = Unit::Kind::purposes;
    CHECK(has(verdict_sentences(experiment, unit, comparison), "attempted to contact an endpoint for telemetry in 0"));
    unit.purposes = {Purpose::model_inference, Purpose::telemetry};
    CHECK(has(verdict_sentences(experiment, unit, comparison),
              "several purposes (model-inference, telemetry), which metadata cannot tell apart: the verdict is about "
              "the host"));
    comparison.is_more = true;
    CHECK(has(verdict_sentences(experiment, unit, comparison), " There is more of it than in A:"));
    comparison.more_in_sight = true;
    CHECK(
        has(verdict_sentences(experiment, unit, comparison), " In what could be seen there is more of it than in A:"));
    comparison.more_in_sight = false;
    comparison.two_sided = 0.031;
    CHECK(has(verdict_sentences(experiment, unit, comparison), "two-sided p = 0.031, not corrected"));
    comparison.verdict = ArmComparison::Verdict::not_reduced;
    comparison.test = ArmComparison::Test::permutation;
    comparison.largest_drop = 0.2958;
    comparison.margin_p = 5.4e-6;
    const std::string words = verdict_sentences(experiment, unit, comparison);
    CHECK(has(words, "within a margin of 30 %: with 95 % the share of runs is lower by less than 29.6 %"));
    comparison.test = ArmComparison::Test::fisher;
    CHECK(has(verdict_sentences(experiment, unit, comparison),
              "sends less than 70 % of the octets is rejected with p = 5.4e-06."));
    CHECK(has(words, "median (range): 200 (100 to 300)"));
}

TEST_CASE("a documented switch is cited with its source, grade, date and age")
{
    CHECK(switch_sentence(documented()) ==
          "ACME_EVENTS=0: No events are sent. Covers telemetry — Manual (vendor documentation, read 2026-11-20, 2 days "
          "old) https://acme.example/manual");
}

TEST_CASE("what else differed is told by arm, and of the rest that it did not")
{
    Experiment experiment = sample();
    CHECK(difference_sentences(experiment).back() ==
          "Nothing differed of what was recorded and compared (kernel, HOME).");
    experiment.differences = {{"kernel", {{{"6.1", 10}}, {{"6.1", 4}, {"6.2", 6}}}, true}};
    const auto sentences = difference_sentences(experiment);
    CHECK(sentences.front() == "kernel, between the arms: A 6.1 (10); B 6.1 (4), 6.2 (6)");
    CHECK(sentences.back().starts_with("Nothing else differed"));
}

TEST_CASE("arms have letters, and probabilities their digits")
{
    CHECK(arm_letter(0) == "A");
    CHECK(arm_letter(25) == "Z");
    CHECK(arm_letter(26) == "AA");
    CHECK(arm_letter(63) == "BL");
    CHECK(probability_text(1) == "1");
    CHECK(probability_text(0.0162) == "0.016");
    CHECK(probability_text(5.41e-6) == "5.4e-06");
}

TEST_CASE("the text fits its terminal and has every section")
{
    Experiment experiment = sample();
    experiment.told = {{3, 1, RunOutcome::timed_out, "after 10 minutes"}};
    experiment.by_hand = {documented()};
    for (const unsigned columns : {60U, 80U, 100U, 140U}) {
        CAPTURE(columns);
        const std::string text = experiment_to_terminal(experiment, {.columns = columns});
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = text.find('\n', at);
            if (columns >= 80)  // the numbers of a table take so much
                CHECK_MESSAGE(display_width(std::string_view{text}.substr(at, end - at)) <= columns,
                              text.substr(at, end - at));
            at = end + 1;
        }
        for (const char* title : {"Arms", "B against A: ACME_EVENTS=0", "VERDICT", "Runs that are not complete",
                                  "0003 of B: timed-out, after 10 minutes", "that only a person can set",
                                  "What else differed", "How it is judged", "Not seen", "Cannot be answered"})
            CHECK(has(unwrapped(text), title));
    }
}

TEST_CASE("no name from outside steers a terminal or becomes mark-up")
{
    Experiment experiment = sample();
    const std::string hostile = "<script>|`*[x](y)\x1b[31m\n# \xe2\x80\xae";
    experiment.units[0].name = experiment.arms[1].name = experiment.command[0] = hostile;
    experiment.differences = {{"kernel", {{{hostile, 1}}, {}}, true}};
    experiment.told = {{3, 1, RunOutcome::failed, hostile}};
    const std::string text = experiment_to_terminal(experiment, {});
    for (const char forbidden : {'\x1b', '\r'})
        CHECK(text.find(forbidden) == std::string::npos);
    CHECK_FALSE(has(text, "\xe2\x80\xae"));
    const std::string markdown = experiment_to_markdown(experiment);
    CHECK_FALSE(has(markdown, "<script>"));
    CHECK_FALSE(has(markdown, "[x](y)"));
    CHECK_FALSE(has(markdown, "\n# \xe2"));
    CHECK_FALSE(has(experiment_to_json(experiment), "\xe2\x80\xae"));
}

TEST_CASE("the JSON has what the text says, and reads as JSON")
{
    const auto json = nlohmann::json::parse(experiment_to_json(sample()));
    CHECK(json["format"] == "waybill-experiment/1");
    CHECK(json["units"][0]["comparisons"][0]["verdict"] == "reduced");
    CHECK(json["units"][0]["arms"][1]["count"] == 0);
    CHECK(json["units"][0]["comparisons"][0]["splits"] == nullptr);
    CHECK(json["incomplete"] == false);
    Experiment experiment = sample();
    experiment.arms[0].complete = 9;
    CHECK(experiment.is_incomplete());
    experiment = sample();
    experiment.gaps = {{Gap{GapKind::kernel_dropped, 1, {}}, 1}};
    CHECK(experiment.is_incomplete());
}
