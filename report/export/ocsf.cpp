#include "report/export/ocsf.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/hex.h"
#include "base/text.h"
#include "model/tls_version.h"
#include "report/export/community_id.h"
#include "report/export/facts.h"
#include "report/json_values.h"
#include "report/words.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;
using exported::milliseconds_of;

constexpr const char* ocsf_version = "1.8.0";

// Numbers of OCSF 1.8, as their dictionaries give them.
constexpr int informational = 1;  // severity_id
constexpr int network_activity = 4001;
constexpr int dns_activity = 4003;
constexpr int traffic = 6;       // activity_id of network_activity
constexpr int dns_query = 1;     // activity_id of dns_activity
constexpr int dns_response = 2;  // likewise
constexpr int other_activity = 99;
constexpr int regular_file = 1;      // file.type_id
constexpr int algorithm_md5 = 1;     // fingerprint.algorithm_id
constexpr int algorithm_sha256 = 3;  // likewise
constexpr int fingerprint_ja4 = 1;   // ja4_fingerprint.type_id

std::string file_name(const std::string& path)
{
    return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

/// The protocols whose word is IANA's name of the service; of others it is not claimed.
std::optional<std::string_view> service_name(Protocol protocol)
{
    switch (protocol) {
        using enum Protocol;
        case http:
        case dns:
        case mdns:
        case llmnr:
        case ssh:
        case socks:
        case ntp:
        case stun:
        case smtp:
        case imap:
        case pop3:
        case ftp:
        case irc:
        case ldap:
        case postgresql:
        case quic:
            return text(protocol);
        default:
            return std::nullopt;
    }
}

/// The registry's code, or 99 for one that has no number of its own there.
int rcode_id(std::uint16_t rcode)
{
    constexpr std::uint16_t last_low = 11;
    constexpr std::uint16_t first_extended = 16;
    constexpr std::uint16_t last_extended = 23;
    return rcode <= last_low || (rcode >= first_extended && rcode <= last_extended) ? rcode : other_activity;
}

class OcsfWriter final : public FlowEvents {
public:
    using FlowEvents::FlowEvents;

    void gap(const Gap& gap) final;

private:
    void tell(const Told& told) final;
    void tell_dns(const Told& told, const HeldDns& message, std::size_t place);
    void line(const Json& event) const;
    Json event(int class_uid, int activity, Timestamp time, const std::string& uid) const;
    Json metadata(const std::string& uid) const;
    Json process_of(const Process& process, int depth) const;
    Json connection(const Flow& flow) const;
    static Json endpoint(const SocketAddress& place);
    static void add_hello(Json& event, const Flow& flow);
    void add_parties(Json& event, const Told& told) const;
    Json own_facts(const Told& told) const;
    bool is_run() const { return report().run && report().run->mode != NetworkMode::interface; }
};

void OcsfWriter::line(const Json& event) const
{
    write(json_without_hidden(event.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n");
}

Json OcsfWriter::metadata(const std::string& uid) const
{
    Json json{{"version", ocsf_version},
              {"product", {{"name", "Waybill"}, {"vendor_name", "Waybill"}, {"version", WAYBILL_VERSION}}},
              {"profiles", Json::array({"host"})},
              {"uid", uid}};
    if (const std::string run = exported::run_id(report()); !run.empty())
        json["correlation_uid"] = run;
    return json;
}

Json OcsfWriter::event(int class_uid, int activity, Timestamp time, const std::string& uid) const
{
    Json json{{"activity_id", activity},      {"category_uid", class_uid / 1000},
              {"class_uid", class_uid},       {"type_uid", class_uid * 100 + activity},
              {"severity_id", informational}, {"time", milliseconds_of(time)},
              {"metadata", metadata(uid)}};
    if (report().run && report().run->circumstances && !report().run->circumstances->host_id.empty())
        json["device"] = {{"type_id", 0}, {"uid", report().run->circumstances->host_id}};
    return json;
}

/// With its parent, not further.
Json OcsfWriter::process_of(const Process& process, int depth) const
{
    const auto& circumstances = report().run ? report().run->circumstances : std::optional<Circumstances>{};
    const std::string boot = circumstances && !circumstances->boot_id.empty() ? circumstances->boot_id : "boot";
    Json json;
    if (process.pid != 0)
        json["pid"] = process.pid;
    json["uid"] = fmt::format("{}:{}:{}", boot, process.pid, process.start.time_since_epoch().count());
    json["created_time"] = milliseconds_of(process.start);
    const std::string& path = process.executable.path;
    if (!path.empty()) {
        json["name"] = file_name(path);
        json["file"] = {{"name", file_name(path)}, {"path", path}, {"type_id", regular_file}};
        if (!process.executable.sha256.empty())
            json["file"]["hashes"] =
                Json::array({{{"algorithm_id", algorithm_sha256}, {"value", process.executable.sha256}}});
    }
    if (!process.arguments.empty())
        json["cmd_line"] = command_text(process.arguments);
    if (const Process* const parent = exported::find_process(report(), process.parent); parent != nullptr && depth > 0)
        json["parent_process"] = process_of(*parent, depth - 1);
    return json;
}

Json OcsfWriter::endpoint(const SocketAddress& place)
{
    Json json{{"ip", place.address.text()}};
    if (place.port != Port{})
        json["port"] = number(place.port);
    return json;
}

Json OcsfWriter::connection(const Flow& flow) const
{
    enum Direction : std::uint8_t { unknown = 0, outbound = 2, local = 4 };
    const Direction direction = is_loopback(flow.server.address) ? local : is_run() ? outbound : unknown;
    Json json{{"uid", fmt::format("flow-{}", flow.id)},
              {"direction_id", static_cast<int>(direction)},
              {"protocol_num", flow.protocol_number},
              {"protocol_ver_id", flow.client.address.is_v4()   ? 4
                                  : flow.client.address.is_v6() ? 6
                                                                : 0}};
    if (flow.transport == Transport::tcp || flow.transport == Transport::udp || flow.transport == Transport::sctp)
        json["protocol_name"] = text(flow.transport);
    if (const std::string id = community_id(flow); !id.empty())
        json["community_uid"] = id;
    return json;
}

/// A version is what a server chose: where that was not seen there is no `tls`, of which it is a required part.
void OcsfWriter::add_hello(Json& event, const Flow& flow)
{
    const FlowFacts& facts = flow.facts;
    Json ja4 = Json::array();
    for (const ClientHelloFacts& hello : facts.hellos)
        if (!hello.fingerprint->ja4.empty())
            ja4.push_back({{"type_id", fingerprint_ja4}, {"value", hello.fingerprint->ja4}});
    if (!ja4.empty())
        event["ja4_fingerprint_list"] = std::move(ja4);
    if (!facts.server || facts.server->version == 0)
        return;
    Json tls{{"version", tls_version_text(facts.server->version)}};
    if (const std::string_view name = hello_name(flow); !name.empty())
        tls["sni"] = name;
    if (!facts.hellos.empty() && facts.hellos.back().ja3)
        tls["ja3_hash"] = {{"algorithm_id", algorithm_md5}, {"value", to_hex(*facts.hellos.back().ja3)}};
    event["tls"] = std::move(tls);
}

void OcsfWriter::add_parties(Json& event, const Told& told) const
{
    if (told.process != nullptr)
        event["actor"] = {{"process", process_of(*told.process, 1)}};
    event["src_endpoint"] = endpoint(told.flow.client);
    event["dst_endpoint"] = endpoint(told.flow.server);
    if (told.contact != nullptr && told.contact->contact.endpoint.host) {
        event["dst_endpoint"]["hostname"] = *told.contact->contact.endpoint.host;
        if (const std::string& domain = told.contact->rating.domain; !domain.empty())
            event["dst_endpoint"]["domain"] = domain;
    }
    event["connection_info"] = connection(told.flow);
    if (is_run())
        event["observation_point_id"] = 1;  // the source
}

Json OcsfWriter::own_facts(const Told& told) const
{
    const Flow& flow = told.flow;
    Json json{{"flow", flow.id},
              {"mode", report().run ? Json(text(report().run->mode)) : Json(nullptr)},
              {"bytes_basis", "ip"},
              {"tunnel_depth", flow.tunnel_depth},
              {"protocol", text_or_null(text(flow.facts.protocol))},
              {"owner_quality", text(told.owner.quality)},
              {"payload_out", flow.out.payload_bytes},
              {"payload_in", flow.in.payload_bytes}};
    if (told.contact == nullptr)
        return json;
    const Rating& rating = told.contact->rating;
    const auto& source = told.contact->contact.name_source;
    json["contact"] = told.contact->contact.id;
    json["name_source"] = source ? Json(text(*source)) : Json(nullptr);
    json["cited"] = rating.is_cited();
    json["purposes"] = purposes_of(rating.purposes);
    json["vendor"] = text_or_null(rating.vendor);
    json["rule"] = text_or_null(rating.rule);
    return json;
}

void OcsfWriter::tell(const Told& told)
{
    for (std::size_t i = 0; i < told.dns.size(); ++i)
        tell_dns(told, told.dns[i], i + 1);
    const Flow& flow = told.flow;
    Json json =
        event(network_activity, traffic, flow.first, fmt::format("{}/flow-{}", exported::run_id(report()), flow.id));
    json["start_time"] = milliseconds_of(flow.first);
    json["end_time"] = milliseconds_of(flow.last);
    json["duration"] = milliseconds_of(flow.last) - milliseconds_of(flow.first);
    const bool is_attempt = report().run && report().run->mode == NetworkMode::sinkhole;
    if (told.contact != nullptr)
        json["message"] = fmt::format("{} {}", is_attempt ? "attempted to contact" : "contacted",
                                      endpoint_text(told.contact->contact));
    add_parties(json, told);
    if (const auto name = service_name(flow.facts.protocol))
        json["app_protocol_name"] = *name;
    json["traffic"] = {{"bytes", flow.out.ip_bytes + flow.in.ip_bytes},
                       {"bytes_out", flow.out.ip_bytes},
                       {"bytes_in", flow.in.ip_bytes},
                       {"packets", flow.out.packets + flow.in.packets},
                       {"packets_out", flow.out.packets},
                       {"packets_in", flow.in.packets}};
    add_hello(json, flow);
    json["unmapped"] = {{"waybill", own_facts(told)}};
    line(json);
}

void OcsfWriter::tell_dns(const Told& told, const HeldDns& message, std::size_t place)
{
    Json json = event(dns_activity, message.response ? dns_response : dns_query, message.at,
                      fmt::format("{}/flow-{}/dns-{}", exported::run_id(report()), told.flow.id, place));
    json[message.response ? "response_time" : "query_time"] = milliseconds_of(message.at);
    add_parties(json, told);
    if (!message.questions.empty())
        json["query"] = {{"hostname", message.questions.front().first}, {"type", message.questions.front().second}};
    if (message.response) {
        json["rcode_id"] = rcode_id(message.rcode);
        if (rcode_id(message.rcode) == other_activity)
            json["rcode"] = std::to_string(message.rcode);
        Json answers = Json::array();
        for (const HeldDns::Answer& answer : message.answers)
            answers.push_back({{"rdata", answer.rdata}, {"type", answer.rtype}, {"ttl", answer.ttl}});
        if (!answers.empty())
            json["answers"] = std::move(answers);
    }
    json["unmapped"] = {{"waybill", {{"flow", told.flow.id}, {"protocol", text(told.flow.facts.protocol)}}}};
    line(json);
}

void OcsfWriter::gap(const Gap& gap)
{
    const Report& told = report();
    const Timestamp end = told.run ? told.run->ended : told.totals.last.value_or(Timestamp{});
    const GapText& kind = describe(gap.kind);
    Json json = event(0, other_activity, end, fmt::format("{}/gap-{}", exported::run_id(told), kind.id));
    json["activity_name"] = "Gap";
    json["count"] = gap.count;
    json["message"] = fmt::format("{}; limits {}", gap_text(gap), kind.limits);
    json["unmapped"] = {{"waybill", {{"gap", kind.id}, {"lost_input", kind.lost_input}}}};
    line(json);
}

}  // namespace

std::unique_ptr<EventReceiver> ocsf_writer(const Report& report, FlowEvents::Output output)
{
    return std::make_unique<OcsfWriter>(report, std::move(output));
}

}  // namespace waybill
