// Declared in report/experiment_text.h.
#include <nlohmann/json.hpp>

#include "model/report.h"
#include "report/experiment_text.h"
#include "report/experiment_words.h"
#include "report/json_values.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

Json switches_of(const std::vector<CitedSwitch>& switches)
{
    Json list = Json::array();
    for (const CitedSwitch& each : switches)
        list.push_back({{"id", each.id},
                        {"name", each.name},
                        {"effect", each.effect},
                        {"covers", purposes_of(each.covers)},
                        {"sources", sources_of(each.sources)}});
    return list;
}

Json arms_of(const Experiment& experiment)
{
    Json list = Json::array();
    for (const ArmSummary& arm : experiment.arms)
        list.push_back({{"name", arm.name},
                        {"sets", arm.sets},
                        {"covers", purposes_of(arm.covers)},
                        {"switches", switches_of(arm.switches)},
                        {"planned", arm.planned},
                        {"complete", arm.complete},
                        {"failed", arm.failed}});
    return list;
}

Json spread_of(const Spread& spread)
{
    return {{"least", spread.least}, {"median", spread.median}, {"most", spread.most}};
}

Json sights_of(const Unit& unit)
{
    Json list = Json::array();
    for (const ArmSight& sight : unit.sights)
        list.push_back({{"count", sight.count},
                        {"runs", sight.runs},
                        {"hidden", sight.hidden},
                        {"low", sight.low},
                        {"high", sight.high},
                        {"flows", spread_of(sight.flows)},
                        {"ip_bytes_out", spread_of(sight.ip_bytes_out)}});
    return list;
}

Json comparison_of(const Experiment& experiment, const Unit& unit, const ArmComparison& comparison)
{
    const bool is_permutation = comparison.test == ArmComparison::Test::permutation;
    Json json{{"arm", comparison.arm}, {"verdict", text(comparison.verdict)}};
    json["reason"] = comparison.reason == ArmComparison::Reason::none ? Json(nullptr) : Json(text(comparison.reason));
    json["repeats_needed"] = comparison.needed ? Json(*comparison.needed) : Json(nullptr);
    json["test"] = text(comparison.test);
    json["p"] = comparison.p;
    json["in_family"] = comparison.is_tested;
    json["p_corrected"] = comparison.is_tested ? Json(comparison.corrected) : Json(nullptr);
    json["p_two_sided"] = comparison.two_sided;
    json["splits"] = is_permutation ? Json(comparison.splits) : Json(nullptr);
    json["exact"] = comparison.is_exact;
    json["largest_drop"] = comparison.largest_drop;
    json["margin_p"] = comparison.margin_p;
    json["more"] = comparison.is_more;
    json["more_in_sight"] = comparison.more_in_sight;
    json["only_in_sight"] = comparison.only_in_sight;
    json["covered"] = comparison.is_covered;
    json["sentence"] = verdict_sentences(experiment, unit, comparison);
    return json;
}

Json units_of(const Experiment& experiment)
{
    Json list = Json::array();
    for (const Unit& unit : experiment.units) {
        Json json{{"kind", unit.kind == Unit::Kind::endpoint ? "endpoint" : "purposes"},
                  {"endpoint", text_or_null(unit.name)},
                  {"endpoints", unit.endpoints},
                  {"cited", unit.is_cited},
                  {"purposes", purposes_of(unit.purposes)},
                  {"mixed", unit.is_mixed()},
                  {"vendor", text_or_null(unit.vendor)},
                  {"rule", text_or_null(unit.rule)},
                  {"arms", sights_of(unit)}};
        json["comparisons"] = Json::array();
        for (const ArmComparison& comparison : unit.comparisons)
            json["comparisons"].push_back(comparison_of(experiment, unit, comparison));
        list.push_back(std::move(json));
    }
    return list;
}

Json told_of(const Experiment& experiment)
{
    Json list = Json::array();
    for (const ToldRun& run : experiment.told)
        list.push_back({{"number", run.number},
                        {"arm", run.arm},
                        {"outcome", text(run.outcome)},
                        {"detail", text_or_null(run.what)}});
    return list;
}

Json differences_of(const Experiment& experiment)
{
    Json list = Json::array();
    for (const Difference& difference : experiment.differences) {
        Json arms = Json::array();
        for (const Difference::Values& values : difference.arms) {
            Json counts = Json::array();
            for (const auto& [value, runs] : values)
                counts.push_back({{"value", value}, {"runs", runs}});
            arms.push_back(std::move(counts));
        }
        list.push_back({{"what", difference.what}, {"between_arms", difference.is_between}, {"arms", std::move(arms)}});
    }
    return list;
}

Json gaps_of(const Experiment& experiment)
{
    Json list = Json::array();
    for (const auto& [gap, runs] : experiment.gaps) {
        const GapText& kind = describe(gap.kind);
        list.push_back({{"kind", kind.id},
                        {"count", gap.count},
                        {"runs", runs},
                        {"meaning", kind.sentence},
                        {"limits", kind.limits},
                        {"detail", gap.detail}});
    }
    return list;
}

}  // namespace

std::string experiment_to_json(const Experiment& experiment)
{
    Json json{{"format", "waybill-experiment/1"}, {"waybill", WAYBILL_VERSION}};
    json["name"] = text_or_null(experiment.name);
    json["product"] = text_or_null(experiment.product);
    json["command"] = experiment.command;
    json["network"] = experiment.network ? Json(text(*experiment.network)) : Json(nullptr);
    json["order"] = experiment.order;
    json["first"] = time_or_null(experiment.first);
    json["last"] = time_or_null(experiment.last);
    json["level"] = Experiment::level;
    json["margin"] = experiment.margin;
    json["family"] = experiment.family;
    json["incomplete"] = experiment.is_incomplete();
    json["arms"] = arms_of(experiment);
    json["units"] = units_of(experiment);
    json["runs_not_complete"] = told_of(experiment);
    json["switches_by_hand"] = switches_of(experiment.by_hand);
    json["differences"] = differences_of(experiment);
    json["compared"] = experiment.compared;
    json["gaps"] = gaps_of(experiment);
    json["cannot_be_answered"] = cannot_be_answered;
    json["rules"] = rule_set_of(experiment.rules);
    return document_text(json);
}

}  // namespace waybill
