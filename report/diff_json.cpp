#include "report/diff_json.h"

#include <nlohmann/json.hpp>

#include "model/report.h"
#include "report/json_values.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value, typename ToJson>
Json pair(const BeforeAfter<Value>& values, const ToJson& to_json)
{
    return {{"before", to_json(values.before)}, {"after", to_json(values.after)}};
}

Json seen_of(const SeenIn& seen)
{
    return {{"count", seen.count}, {"runs", seen.runs}};
}

Json spread_of(const Spread& spread)
{
    if (spread.runs == 0)
        return nullptr;
    return {{"least", spread.least}, {"median", spread.median}, {"most", spread.most}, {"runs", spread.runs}};
}

Json result_of(std::optional<double> p)
{
    return p ? Json(*p) : Json(nullptr);
}

Json endpoint_of(const DiffEndpoint& endpoint)
{
    return {{"name", endpoint.name},
            {"kind", text(endpoint.kind)},
            {"port", endpoint.port == Port{} ? Json(nullptr) : Json(number(endpoint.port))},
            {"transport", text(endpoint.transport)}};
}

/// Kinds of gaps on the side that did not contact it, which forbid to say so for sure.
Json limits_of(DiffVerdict verdict, const Diff& compared)
{
    Json kinds = Json::array();
    if (verdict != DiffVerdict::appeared && verdict != DiffVerdict::gone)
        return kinds;
    const DiffSide& side = verdict == DiffVerdict::appeared ? compared.sides.before : compared.sides.after;
    for (const SideGap& gap : side.gaps)
        if (affects(gap.kind, Claim::absence))
            kinds.push_back(describe(gap.kind).id);
    return kinds;
}

Json aspect_of(const AspectDiff& aspect)
{
    const bool is_number = aspect.value.empty();
    Json json{{"aspect", text(aspect.aspect)}, {"verdict", text(aspect.verdict)}};
    json["value"] = text_or_null(aspect.value);
    json["seen"] = is_number ? Json(nullptr) : pair(aspect.seen, seen_of);
    json["numbers"] = is_number ? pair(aspect.numbers, spread_of) : Json(nullptr);
    json["p"] = result_of(aspect.p);
    return json;
}

Json endpoint_diff_of(const EndpointDiff& each, const Diff& compared)
{
    Json json{{"verdict", text(each.verdict)}, {"new_purpose", each.has_new_purpose}};
    json["endpoint"] = endpoint_of(each.endpoint);
    json["cited"] = each.rating.is_cited();
    json["purposes"] = purposes_of(each.rating.purposes);
    json["vendor"] = text_or_null(each.rating.vendor);
    json["rule"] = text_or_null(each.rating.rule);
    json["seen"] = pair(each.seen, seen_of);
    json["p"] = result_of(each.p);
    json["absence_limited_by"] = limits_of(each.verdict, compared);
    json["programs"] = each.programs;
    json["ip_bytes_out"] = pair(each.ip_bytes_out, spread_of);
    json["flows"] = pair(each.flows, spread_of);
    json["aspects"] = Json::array();
    for (const AspectDiff& aspect : each.aspects)
        json["aspects"].push_back(aspect_of(aspect));
    return json;
}

Json purpose_diff_of(const PurposeDiff& each, const Diff& compared)
{
    Json json{{"verdict", text(each.verdict)}, {"purpose", text(each.purpose)}};
    json["seen"] = pair(each.seen, seen_of);
    json["p"] = result_of(each.p);
    json["absence_limited_by"] = limits_of(each.verdict, compared);
    json["endpoints"] = Json::array();
    for (const DiffEndpoint& endpoint : each.endpoints)
        json["endpoints"].push_back(endpoint_of(endpoint));
    return json;
}

Json side_of(const DiffSide& side)
{
    Json modes = Json::array();
    for (const NetworkMode mode : side.modes)
        modes.push_back(text(mode));
    Json gaps = Json::array();
    for (const SideGap& gap : side.gaps) {
        const GapText& kind = describe(gap.kind);
        gaps.push_back({{"kind", kind.id},
                        {"count", gap.count},
                        {"runs", gap.runs},
                        {"meaning", kind.sentence},
                        {"limits", kind.limits},
                        {"details", gap.details},
                        {"lost_input", kind.lost_input}});
    }
    return {{"cases", side.cases}, {"networks", modes}, {"commands", side.commands}, {"gaps", gaps}};
}

Json counts_of(const Diff& compared)
{
    Json purposes;
    Json endpoints{{"same", compared.same}};
    for (const DiffVerdict verdict : {DiffVerdict::appeared, DiffVerdict::gone, DiffVerdict::changed})
        purposes[std::string{text(verdict)}] = compared.count_purposes(verdict);
    for (const DiffVerdict verdict :
         {DiffVerdict::appeared, DiffVerdict::gone, DiffVerdict::changed, DiffVerdict::varies, DiffVerdict::undecided})
        endpoints[std::string{text(verdict)}] = compared.count(verdict);
    return {{"purposes", purposes}, {"endpoints", endpoints}};
}

Json rules_of(const RuleSet& rules)
{
    Json packs = Json::array();
    for (const PackIdentity& pack : rules.packs)
        packs.push_back(
            {{"id", pack.id}, {"version", pack.version}, {"sha256", text_or_null(pack.digest)}, {"own", pack.is_own}});
    return {{"packs", packs}, {"public_suffix_list", rules.public_suffix_list}};
}

}  // namespace

std::string diff_to_json(const Diff& compared)
{
    Json json{{"format", "waybill-diff"}, {"v", Diff::format_version}, {"waybill", WAYBILL_VERSION}};
    json["sides"] = pair(compared.sides, side_of);
    json["compared"] = compared.comparison == Comparison::everything ? "everything" : "endpoints-only";
    json["one_run_a_side"] = compared.has_one_run_a_side();
    json["level"] = Diff::level;
    json["can_test"] = compared.can_test;
    json["tests"] = compared.tests;
    json["counts"] = counts_of(compared);
    json["purposes"] = Json::array();
    for (const PurposeDiff& each : compared.purposes)
        json["purposes"].push_back(purpose_diff_of(each, compared));
    json["endpoints"] = Json::array();
    for (const EndpointDiff& each : compared.endpoints)
        json["endpoints"].push_back(endpoint_diff_of(each, compared));
    json["circumstances"] = Json::array();
    for (const Circumstance& each : compared.circumstances)
        json["circumstances"].push_back(
            {{"name", each.name}, {"before", each.values.before}, {"after", each.values.after}});
    json["rules"] = rules_of(compared.rules);
    json["cannot_be_answered"] = cannot_be_answered;
    return document_text(json);
}

}  // namespace waybill
