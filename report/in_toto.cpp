#include "report/in_toto.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/json_values.h"
#include "report/run_members.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

// Names, not addresses: nothing is to be had there.
constexpr const char* monitor_type = "urn:waybill:monitor:1";
constexpr const char* verifier_id = "urn:waybill:verifier:1";
constexpr const char* run_type = "urn:waybill:recording:";
constexpr const char* unknown_host = "urn:waybill:host:not-recorded";

Json process_of(const Process& process)
{
    Json json{{"id", process.id},
              {"pid", process.pid},
              {"started", to_rfc3339(process.start)},
              {"executable", {{"name", process.executable.path}}}};
    if (!process.executable.sha256.empty())
        json["executable"]["digest"] = {{"sha256", process.executable.sha256}};
    if (process.script)
        json["script"] = {{"name", process.script->path}};
    if (process.script && !process.script->sha256.empty())
        json["script"]["digest"] = {{"sha256", process.script->sha256}};
    if (process.package)
        json["package"] = {{"name", process.package->name}, {"version", process.package->version}};
    return json;
}

Json contact_of(const RatedContact& rated)
{
    const Contact& contact = rated.contact;
    return {{"contact", contact.id},
            {"process", contact.owner.process == 0 ? Json(nullptr) : Json(contact.owner.process)},
            {"host", text_or_null(contact.endpoint.host.value_or(""))},
            {"address", contact.endpoint.address.text()},
            {"port", number(contact.endpoint.port)},
            {"transport", text(contact.endpoint.transport)},
            {"purposes", purposes_of(rated.rating.purposes)},
            {"rule", text_or_null(rated.rating.rule)},
            {"flows", contact.flow_count},
            {"ipBytesOut", contact.out.ip_bytes},
            {"ipBytesIn", contact.in.ip_bytes},
            {"first", to_rfc3339(contact.first)},
            {"last", to_rfc3339(contact.last)}};
}

Json policy_of(const Report& report)
{
    Json gaps = Json::array();
    for (const Gap& gap : report.gaps)
        gaps.push_back({{"kind", describe(gap.kind).id}, {"count", gap.count}});
    Json json{{"gaps", std::move(gaps)}};
    if (report.run) {
        json["network"] = text(report.run->mode);
        json["trimmed"] = report.run->trimmed;
        json["waybill"] = report.run->waybill;
    }
    return json;
}

std::string host_of(const Report& report)
{
    const bool is_known = report.run && report.run->circumstances && !report.run->circumstances->host_id.empty();
    return is_known ? "urn:waybill:host:" + report.run->circumstances->host_id : unknown_host;
}

}  // namespace

Json runtime_trace_predicate(const Report& report)
{
    Json processes = Json::array();
    for (const Process& process : report.processes)
        processes.push_back(process_of(process));
    Json network = Json::array();
    for (const RatedContact& rated : report.contacts)
        network.push_back(contact_of(rated));
    const Timestamp started = report.run ? report.run->started : report.totals.first.value_or(Timestamp{});
    const Timestamp ended = report.run ? report.run->ended : report.totals.last.value_or(Timestamp{});
    const std::string mode = report.run ? std::string{text(report.run->mode)} : "capture-file";
    return {
        {"monitor", {{"type", monitor_type}, {"tracePolicy", policy_of(report)}}},
        {"monitoredProcess", {{"hostID", host_of(report)}, {"type", run_type + mode}, {"event", to_rfc3339(started)}}},
        {"monitorLog", {{"process", std::move(processes)}, {"network", std::move(network)}}},
        {"metadata", {{"buildStartedOn", to_rfc3339(started)}, {"buildFinishedOn", to_rfc3339(ended)}}}};
}

Json verification_result_predicate(const Verdict& verdict, const Report& report, Timestamp judged,
                                   std::string_view policy_file)
{
    const bool is_denied = verdict.outcome() == Verdict::Outcome::violation;
    const bool is_declared = verdict.count(Effect::allow) == verdict.contacts.size() && verdict.undecided() == 0;
    Json properties = Json::array();
    if (verdict.outcome() == Verdict::Outcome::no_finding)
        properties.push_back("WAYBILL_POLICY_PASSED");
    if (!is_denied)
        properties.push_back("WAYBILL_NO_DENIED_ENDPOINT");
    if (is_declared)
        properties.push_back("WAYBILL_NO_UNDECLARED_ENDPOINT");
    if (!report.lost_input())
        properties.push_back("WAYBILL_COMPLETE_CAPTURE");
    const Json policy{{"name", verdict.policy},
                      {"uri", policy_file},
                      {"digest", {{"sha256", verdict.digest}}},
                      {"annotations", {{"version", verdict.version}, {"asOf", verdict.as_of}}}};
    return {{"verifier", {{"id", verifier_id}, {"policies", Json::array({policy})}}},
            {"timeCreated", to_rfc3339(judged)},
            {"properties", std::move(properties)}};
}

}  // namespace waybill
