#include "report/export/cyclonedx.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "report/endpoint_rows.h"
#include "report/export/facts.h"
#include "report/json_values.h"
#include "report/words.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* tool_reference = "tool";

/// The contacts of one host, in the report's order.
using Service = std::vector<const RatedContact*>;

Json property(const std::string& name, const std::string& value)
{
    return {{"name", "waybill:" + name}, {"value", value}};
}

std::string reference_of(const Service& service)
{
    return "service:" + exported::host_text(service.front()->contact);
}

/// By host, or address where no name is sure; in the order in which the report names them.
std::vector<Service> services_of(const Report& report)
{
    std::vector<Service> services;
    std::map<std::string, std::size_t> places;
    for (const RatedContact& rated : report.contacts) {
        const auto [place, is_new] = places.try_emplace(exported::host_text(rated.contact), services.size());
        if (is_new)
            services.emplace_back();
        services[place->second].push_back(&rated);
    }
    return services;
}

/// CycloneDX tells it from the service's side: what a tool sends is inbound.
std::string_view flow_of(const Service& service)
{
    const auto sent = [](const RatedContact* rated) { return rated->contact.out.payload_bytes > 0; };
    const auto received = [](const RatedContact* rated) { return rated->contact.in.payload_bytes > 0; };
    const bool is_inbound = std::ranges::any_of(service, sent);
    const bool is_outbound = std::ranges::any_of(service, received);
    return is_inbound && is_outbound ? "bi-directional" : is_inbound ? "inbound" : is_outbound ? "outbound" : "unknown";
}

Json data_of(const Service& service)
{
    Json list = Json::array();
    std::vector<std::vector<Purpose>> told;
    for (const RatedContact* const rated : service) {
        if (std::ranges::find(told, rated->rating.purposes) != told.end())
            continue;
        told.push_back(rated->rating.purposes);
        Json data{{"flow", flow_of(service)}, {"classification", exported::purposes_text(rated->rating, ", ")}};
        if (!rated->rating.statement.empty())
            data["description"] = rated->rating.statement;
        list.push_back(std::move(data));
    }
    return list;
}

Json properties_of(const Service& service)
{
    std::uint64_t flows = 0;
    std::uint64_t out = 0;
    std::uint64_t in = 0;
    Json list = Json::array();
    for (const RatedContact* const rated : service) {
        flows += rated->contact.flow_count;
        out += rated->contact.out.payload_bytes;
        in += rated->contact.in.payload_bytes;
        if (!rated->rating.rule.empty())
            list.push_back(property("rule", rated->rating.rule));
        for (const RatingSource& source : rated->rating.sources)
            list.push_back(property("source", fmt::format("{} ({}, read {})", source.url, source.grade, source.read)));
        list.push_back(property("named-by", named_by(rated->contact)));
    }
    list.push_back(property("flows", std::to_string(flows)));
    list.push_back(property("payload-out", std::to_string(out)));
    list.push_back(property("payload-in", std::to_string(in)));
    list.push_back(property(
        "cited", std::ranges::all_of(service, [](const RatedContact* rated) { return rated->rating.is_cited(); })
                     ? "true"
                     : "false"));
    Json unique = Json::array();
    for (Json& each : list)
        if (std::ranges::find(unique, each) == unique.end())
            unique.push_back(std::move(each));
    return unique;
}

Json service_of(const Service& service)
{
    const RatedContact& first = *service.front();
    Json json{{"bom-ref", reference_of(service)}};
    if (!first.rating.vendor.empty())
        json["provider"] = {{"name", first.rating.vendor}};
    if (!first.rating.domain.empty())
        json["group"] = first.rating.domain;
    json["name"] = exported::host_text(first.contact);
    if (!first.rating.statement.empty())
        json["description"] = first.rating.statement;
    Json endpoints = Json::array();
    for (const RatedContact* const rated : service)
        if (const Json uri = exported::endpoint_uri(rated->contact);
            std::ranges::find(endpoints, uri) == endpoints.end())
            endpoints.push_back(uri);
    json["endpoints"] = std::move(endpoints);
    json["x-trust-boundary"] = !is_loopback(first.contact.endpoint.address);
    json["data"] = data_of(service);
    json["properties"] = properties_of(service);
    return json;
}

Json tool_of(const Report& report)
{
    Json tool{{"type", "application"}, {"bom-ref", tool_reference}, {"name", exported::tool_name(report)}};
    const Process* const first = exported::find_process(report, 1);
    if (report.run && first != nullptr && !first->was_running) {
        if (first->package && !first->package->version.empty())
            tool["version"] = first->package->version;
        if (!first->executable.sha256.empty())
            tool["hashes"] = Json::array({{{"alg", "SHA-256"}, {"content", first->executable.sha256}}});
        tool["properties"] = Json::array({property("executable", first->executable.path)});
    }
    return tool;
}

Json metadata_of(const Report& report)
{
    Json json;
    if (report.run)
        json["timestamp"] = exported::to_milliseconds(report.run->ended);
    json["tools"] = {
        {"components", Json::array({{{"type", "application"}, {"name", "waybill"}, {"version", WAYBILL_VERSION}}})}};
    json["component"] = tool_of(report);
    Json properties =
        Json::array({property("summary", summary_sentence(report)), property("recorded", subject_text(report)),
                     property("circumstances", circumstances(report))});
    if (const std::string run = exported::run_id(report); !run.empty())
        properties.push_back(property("run", run));
    for (const std::string& sentence : gap_sentences(report.gaps))
        properties.push_back(property("not-seen", sentence));
    for (const std::string_view question : cannot_be_answered)
        properties.push_back(property("cannot-be-answered", std::string{question}));
    json["properties"] = std::move(properties);
    return json;
}

}  // namespace

std::string report_to_cyclonedx(const Report& report)
{
    Json document{{"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
                  {"bomFormat", "CycloneDX"},
                  {"specVersion", "1.6"},
                  {"version", 1}};
    document["metadata"] = metadata_of(report);
    document["services"] = Json::array();
    Json used = Json::array();
    for (const Service& service : services_of(report)) {
        document["services"].push_back(service_of(service));
        used.push_back(reference_of(service));
    }
    document["dependencies"] = Json::array({{{"ref", tool_reference}, {"dependsOn", std::move(used)}}});
    // A recording never shows all that a tool can contact.
    document["compositions"] =
        Json::array({{{"aggregate", "incomplete"}, {"dependencies", Json::array({tool_reference})}}});
    return document_text(document);
}

}  // namespace waybill
