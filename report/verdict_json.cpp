#include <nlohmann/json.hpp>

#include "report/json_values.h"
#include "report/verdict_text.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

Json match_of(const PolicyMatch& match)
{
    return {{"entry", text_or_null(match.entry)}, {"effect", text(match.effect)}, {"matched", match.by},
            {"specificity", match.closeness},     {"remark", match.remark},       {"reason", match.reason}};
}

Json gaps_of(const std::vector<Gap>& gaps)
{
    Json list = Json::array();
    for (const Gap& gap : gaps)
        list.push_back({{"id", describe(gap.kind).id}, {"count", gap.count}, {"detail", gap.detail}});
    return list;
}

Json contact_of(const JudgedContact& judged, const Report& report)
{
    const RatedContact& rated = report.contacts[judged.contact];
    const Contact& contact = rated.contact;
    Json json{{"contact", contact.id}, {"effect", text(judged.effect)}};
    json["undecided"] = text_or_null(judged.undecided);
    json["endpoint"] = {{"host", text_or_null(contact.endpoint.host.value_or(""))},
                        {"address", contact.endpoint.address.text()},
                        {"port", number(contact.endpoint.port)},
                        {"transport", text(contact.endpoint.transport)}};
    json["purposes"] = purposes_of(rated.rating.purposes);
    json["rule"] = text_or_null(rated.rating.rule);
    json["process"] = contact.owner.process == 0 ? Json(nullptr) : Json(contact.owner.process);
    const JudgedVolume volume = volume_of(judged, contact);
    json["judged_name"] = text_or_null(judged.name);
    json["flow_count"] = volume.flows;
    json["flows"] = contact.flows;
    json["payload_out"] = volume.payload_out;
    json["first_packet"] = {{"file", contact.packets.first_file}, {"number", contact.packets.first}};
    json["phases"] = judged.phases;
    json["decided_by"] = match_of(judged.by);
    Json others = Json::array();
    for (const PolicyMatch& other : judged.others)
        others.push_back(match_of(other));
    json["others"] = others;
    return json;
}

Json limit_of(const JudgedLimit& limit, const Report& report)
{
    Json contacts = Json::array();
    for (const std::size_t contact : limit.contacts)
        contacts.push_back(report.contacts[contact].contact.id);
    return {{"id", limit.id},
            {"measure", limit.measure},
            {"most", limit.most},
            {"measured", limit.measured},
            {"exceeded", limit.is_broken()},
            {"contacts", contacts},
            {"reason", limit.reason}};
}

std::string_view text(Verdict::Outcome outcome)
{
    switch (outcome) {
        using enum Verdict::Outcome;
        case no_finding:
            return "no-finding";
        case violation:
            return "violation";
        case incomplete:
            break;
    }
    return "incomplete";
}

}  // namespace

std::string verdict_to_json(const Verdict& verdict, const Report& report)
{
    Json json{{"format", "waybill-verdict/1"}, {"outcome", text(verdict.outcome())}};
    json["policy"] = {{"id", verdict.policy},
                      {"title", verdict.title},
                      {"version", verdict.version},
                      {"sha256", verdict.digest},
                      {"as_of", verdict.as_of}};
    json["counts"] = {{"allow", verdict.count(Effect::allow)},
                      {"review", verdict.count(Effect::review)},
                      {"deny", verdict.count(Effect::deny)},
                      {"undecided", verdict.undecided()},
                      {"limits_exceeded", verdict.broken_limits()}};
    json["contacts"] = Json::array();
    for (const JudgedContact& judged : verdict.contacts)
        json["contacts"].push_back(contact_of(judged, report));
    json["limits"] = Json::array();
    for (const JudgedLimit& limit : verdict.limits)
        json["limits"].push_back(limit_of(limit, report));
    json["open"] = Json::array();
    for (const OpenClaim& claim : verdict.open)
        json["open"].push_back({{"claim", claim.sentence}, {"reasons", claim.reasons}, {"gaps", gaps_of(claim.gaps)}});
    json["standing"] = gaps_of(verdict.standing);
    json["expired"] = verdict.expired;
    json["unused"] = verdict.unused;
    return document_text(json);
}

}  // namespace waybill
