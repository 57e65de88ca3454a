#include "report/export/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "base/digest.h"
#include "base/text.h"
#include "report/export/facts.h"
#include "report/finding_words.h"
#include "report/json_values.h"
#include "report/owner_words.h"
#include "report/verdict_text.h"
#include "report/verdict_words.h"
#include "report/words.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

/// A message's text as it is: SARIF 2.1.0 reads brackets as links (3.11.6) and braces as places for arguments (3.11.5).
std::string message_text(std::string_view text)
{
    std::string out;
    for (const char character : printable(text)) {
        if (std::string_view{"\\[]"}.contains(character))
            out += '\\';
        if (character == '{' || character == '}')
            out += character;
        out += character;
    }
    return out;
}

Json message(std::string_view text)
{
    return {{"text", message_text(text)}};
}

std::string_view transport_words(const Contact& contact)
{
    return text(contact.endpoint.transport);
}

class Log {
public:
    Log(const Report& report, const Verdict* verdict, std::string_view policy)
        : report_{report}, verdict_{verdict}, policy_{policy}
    {
    }

    Json document();

private:
    std::size_t rule(const std::string& id, const std::string& name, std::string_view sentence, std::string_view level);
    Json result(const std::string& rule_id, std::string_view kind, std::string_view level, std::string_view text) const;
    Json location(const Contact* contact) const;
    Json facts(const RatedContact& rated) const;
    std::string fingerprint(const std::string& rule_id, const RatedContact& rated) const;
    void add_judged(const JudgedGroup& group);
    void add_limits();
    void add_open_claims();
    void add_uncited();
    void add_findings();
    Json invocation();
    Json notifications();

    const Report& report_;
    const Verdict* verdict_;
    const std::string_view policy_;
    Json rules_ = Json::array();
    Json results_ = Json::array();
    Json notices_ = Json::array();  // descriptors of notifications
    std::map<std::string, std::size_t> places_;
};

/// The index of a rule, which is added once. `level` is that of its failures.
std::size_t Log::rule(const std::string& id, const std::string& name, std::string_view sentence, std::string_view level)
{
    const auto [place, is_new] = places_.try_emplace(id, places_.size());
    if (is_new)
        rules_.push_back({{"id", id},
                          {"name", name},
                          {"shortDescription", message(sentence)},
                          {"fullDescription", message(sentence)},
                          {"defaultConfiguration", {{"level", level}}}});
    return place->second;
}

/// Without its place. What is not a failure has no level (3.27.10).
Json Log::result(const std::string& rule_id, std::string_view kind, std::string_view level, std::string_view text) const
{
    return {{"ruleId", rule_id},
            {"ruleIndex", places_.at(rule_id)},
            {"kind", kind},
            {"level", kind == "fail" ? level : "none"},
            {"message", message(text)}};
}

/// In the policy where there is one, else in the packets; and which endpoint and program it is about.
Json Log::location(const Contact* contact) const
{
    Json physical;
    if (verdict_ != nullptr)
        physical = {{"artifactLocation", {{"uri", exported::uri_path(policy_)}}}, {"region", {{"startLine", 1}}}};
    else if (contact != nullptr && contact->packets.first_file < report_.totals.files.size())
        physical = {{"artifactLocation",
                     {{"uri", "data/" + exported::uri_path(report_.totals.files[contact->packets.first_file])},
                      {"uriBaseId", "CASE"}}}};
    Json place;
    if (!physical.is_null())
        place["physicalLocation"] = std::move(physical);
    if (contact == nullptr)
        return place;
    Json logical = Json::array(
        {{{"name", endpoint_text(*contact)},
          {"fullyQualifiedName", fmt::format("net:{}/{}:{}", transport_words(*contact), exported::host_text(*contact),
                                             number(contact->endpoint.port))},
          {"kind", "resource"}}});
    if (const Process* const process = exported::find_process(report_, contact->owner.process))
        logical.push_back({{"name", program_text(*process)},
                           {"fullyQualifiedName", "proc:" + process->executable.path},
                           {"kind", "module"}});
    place["logicalLocations"] = std::move(logical);
    return place;
}

Json Log::facts(const RatedContact& rated) const
{
    const Contact& contact = rated.contact;
    const std::size_t file = contact.packets.first_file;
    return {{"contact", contact.id},
            {"purposes", purposes_of(rated.rating.purposes)},
            {"vendor", text_or_null(rated.rating.vendor)},
            {"rule", text_or_null(rated.rating.rule)},
            {"registrableDomain", text_or_null(rated.rating.domain)},
            {"flows", contact.flow_count},
            {"payloadOut", contact.out.payload_bytes},
            {"payloadIn", contact.in.payload_bytes},
            {"first", to_rfc3339(contact.first)},
            {"packetFile", file < report_.totals.files.size() ? Json(report_.totals.files[file]) : Json(nullptr)},
            {"packetNumber", contact.packets.first}};
}

/// The same in each run of a tool that finds the same: without what changes from run to run.
std::string Log::fingerprint(const std::string& rule_id, const RatedContact& rated) const
{
    const Contact& contact = rated.contact;
    const std::string& domain = rated.rating.domain;
    const std::string what = fmt::format("{}|{}|{}/{}|{}", exported::tool_name(report_),
                                         domain.empty() ? exported::host_text(contact) : domain,
                                         number(contact.endpoint.port), transport_words(contact), rule_id);
    return sha256_hex(as_octets(what));
}

void Log::add_judged(const JudgedGroup& group)
{
    const JudgedContact& judged = *group.front();
    const RatedContact& rated = report_.contacts[judged.contact];
    const std::string entry = judged.by.entry.empty() ? "default" : judged.by.entry;
    const std::string id = verdict_->policy + "." + entry;
    rule(id, "PolicyEntry",
         judged.by.reason.empty()
             ? fmt::format("Entry {} of policy {}: {}", entry, verdict_->policy, text(judged.by.effect))
             : judged.by.reason,
         judged.by.effect == Effect::deny ? "error" : "none");
    const JudgedWords words = judged_words(group, report_, VerdictDetail::findings);
    std::string sentence = fmt::format("{}: {} ({}) by {}", words.effect, words.endpoint, words.purposes, words.by);
    for (const std::string& line : words.lines)
        sentence += ". " + line;
    const std::string_view kind = !judged.undecided.empty()         ? "open"
                                  : judged.effect == Effect::review ? "review"
                                                                    : "fail";
    Json found = result(id, kind, "error", sentence);
    found["locations"] = Json::array({location(&rated.contact)});
    found["partialFingerprints"] = {{"waybillEndpoint/v1", fingerprint(id, rated)}};
    found["properties"] = facts(rated);
    results_.push_back(std::move(found));
}

void Log::add_limits()
{
    for (const JudgedLimit& limit : verdict_->limits) {
        if (!limit.is_broken())
            continue;
        const std::string id = verdict_->policy + "." + limit.id;
        rule(id, "PolicyLimit",
             limit.reason.empty() ? fmt::format("Limit {} of policy {}", limit.id, verdict_->policy) : limit.reason,
             "error");
        Json found = result(id, "fail", "error", limit_sentence(limit));
        found["locations"] = Json::array({location(nullptr)});
        results_.push_back(std::move(found));
    }
}

void Log::add_open_claims()
{
    const std::string id = "waybill.not-visible";
    for (const OpenClaim& claim : verdict_->open) {
        rule(id, "NotVisible", "A claim of the policy that what could not be seen forbids.", "none");
        const OpenWords words = open_words(claim);
        std::string sentence = "Cannot be said: " + words.claim;
        for (const std::string& reason : words.reasons)
            sentence += ". " + reason;
        Json found = result(id, "open", "none", sentence);
        found["locations"] = Json::array({location(nullptr)});
        results_.push_back(std::move(found));
    }
}

void Log::add_uncited()
{
    const std::string id = "waybill.no-cited-purpose";
    for (const RatedContact& rated : report_.contacts) {
        if (rated.rating.is_cited())
            continue;
        rule(id, "NoCitedPurpose", "An endpoint whose purpose is not found in the sources that the rule packs cite.",
             "none");
        const Contact& contact = rated.contact;
        Json found = result(id, "review", "none",
                            fmt::format("{} has no cited purpose. Named by {}. By {}", endpoint_text(contact),
                                        named_by(contact), owner_text(contact.owner, report_.processes)));
        found["locations"] = Json::array({location(&contact)});
        found["partialFingerprints"] = {{"waybillEndpoint/v1", fingerprint(id, rated)}};
        found["properties"] = facts(rated);
        results_.push_back(std::move(found));
    }
}

void Log::add_findings()
{
    for (const Finding& finding : report_.findings) {
        const std::string id = fmt::format("waybill.{}", text(finding.kind));
        const FindingText& kind = describe(finding.kind);
        rule(id, std::string{kind.name}, std::string{kind.meaning}, "warning");
        Json found = result(id, "fail", "warning", finding_sentence(finding, report_));
        Json places = Json::array();
        for (const RatedContact& rated : report_.contacts)
            if (std::ranges::find(finding.contacts, rated.contact.id) != finding.contacts.end())
                places.push_back(location(&rated.contact));
        found["locations"] = std::move(places);
        results_.push_back(std::move(found));
    }
}

Json Log::notifications()
{
    Json list = Json::array();
    for (const Gap& gap : report_.gaps) {
        const GapText& kind = describe(gap.kind);
        list.push_back({{"descriptor", {{"id", kind.id}, {"index", notices_.size()}}},
                        {"level", kind.lost_input ? "warning" : "note"},
                        {"message", message(fmt::format("{}; limits {}", gap_text(gap), kind.limits))},
                        {"properties", {{"count", gap.count}}}});
        notices_.push_back({{"id", kind.id}, {"shortDescription", message(kind.sentence)}});
    }
    return list;
}

Json Log::invocation()
{
    Json json{{"executionSuccessful", !report_.lost_input()}};
    if (report_.run) {
        json["startTimeUtc"] = exported::to_milliseconds(report_.run->started);
        json["endTimeUtc"] = exported::to_milliseconds(report_.run->ended);
    }
    json["toolExecutionNotifications"] = notifications();
    return json;
}

Json Log::document()
{
    if (verdict_ != nullptr) {
        for (const JudgedGroup& group : judged_groups(*verdict_, report_, VerdictDetail::findings))
            add_judged(group);
        add_limits();
        add_open_claims();
    } else {
        add_uncited();
    }
    add_findings();
    Json invoked = invocation();
    Json driver{{"name", "Waybill"}, {"semanticVersion", WAYBILL_VERSION}};
    driver["rules"] = std::move(rules_);
    driver["notifications"] = std::move(notices_);
    Json run{{"tool", {{"driver", std::move(driver)}}}};
    run["automationDetails"] = {
        {"id", verdict_ == nullptr ? "waybill/endpoints/" : "waybill/" + verdict_->policy + "/"}};
    run["invocations"] = Json::array({std::move(invoked)});
    run["originalUriBaseIds"] = {{"CASE", {{"description", message("The folder of the case.")}}}};
    run["columnKind"] = "utf16CodeUnits";
    run["results"] = std::move(results_);
    run["properties"] = {{"summary", summary_sentence(report_)},
                         {"run", text_or_null(exported::run_id(report_))},
                         {"verdict", verdict_ == nullptr ? Json(nullptr) : Json(verdict_sentence(*verdict_))},
                         {"cannotBeAnswered", cannot_be_answered}};
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", Json::array({std::move(run)})}};
}

}  // namespace

std::string report_to_sarif(const Report& report, const Verdict* verdict, std::string_view policy)
{
    return document_text(Log{report, verdict, policy}.document());
}

}  // namespace waybill
