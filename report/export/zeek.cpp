#include "report/export/zeek.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/cursor.h"
#include "base/digest.h"
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

double seconds_of(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>{std::chrono::floor<std::chrono::microseconds>(duration)}.count();
}

/// "TLSv13" for "TLS 1.3", "SSLv3" for "SSL 3.0".
std::string version_word(std::uint16_t version)
{
    const std::string text = tls_version_text(version);
    std::string word;
    for (const char character : text)
        if (character == ' ')
            word += 'v';
        else if (character != '.')
            word += character;
    return word == "SSLv30" ? "SSLv3" : word == "SSLv20" ? "SSLv2" : word;
}

/// Zeek's word for a service, which is ours but for TLS.
std::string_view service_word(Protocol protocol)
{
    return protocol == Protocol::tls || protocol == Protocol::dtls ? "ssl"
           : protocol == Protocol::http2                           ? "http"
                                                                   : text(protocol);
}

class ZeekWriter final : public FlowEvents {
public:
    using FlowEvents::FlowEvents;

    void gap(const Gap& gap) final;

private:
    void tell(const Told& told) final;
    void tell_dns(const Told& told, const HeldDns& message) const;
    void tell_hello(const Told& told) const;
    Json record(std::string_view path, Timestamp time, const Flow& flow) const;
    void line(const Json& record) const
    {
        write(json_without_hidden(record.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n");
    }
};

/// What every log has: the time, a name for the connection, and its ends.
Json ZeekWriter::record(std::string_view path, Timestamp time, const Flow& flow) const
{
    constexpr std::size_t uid_digits = 17;
    const std::string name = fmt::format("{}/flow-{}", exported::run_id(report()), flow.id);
    return {{"_path", path},
            {"ts", seconds_of(time.time_since_epoch())},
            {"uid", "C" + sha256_hex(as_octets(name)).substr(0, uid_digits)},
            {"id.orig_h", flow.client.address.text()},
            {"id.orig_p", number(flow.client.port)},
            {"id.resp_h", flow.server.address.text()},
            {"id.resp_p", number(flow.server.port)},
            {"proto", flow.transport == Transport::other ? "unknown_transport" : text(flow.transport)}};
}

void ZeekWriter::tell(const Told& told)
{
    const Flow& flow = told.flow;
    for (const HeldDns& message : told.dns)
        tell_dns(told, message);
    if (!flow.facts.hellos.empty())
        tell_hello(told);
    Json json = record("conn", flow.first, flow);
    if (flow.facts.protocol != Protocol::unknown)
        json["service"] = service_word(flow.facts.protocol);
    json["duration"] = seconds_of(flow.last - flow.first);
    json["orig_bytes"] = flow.out.payload_bytes;
    json["resp_bytes"] = flow.in.payload_bytes;
    json["orig_pkts"] = flow.out.packets;
    json["orig_ip_bytes"] = flow.out.ip_bytes;
    json["resp_pkts"] = flow.in.packets;
    json["resp_ip_bytes"] = flow.in.ip_bytes;
    if (const std::string id = community_id(flow); !id.empty())
        json["community_id"] = id;
    if (told.contact != nullptr) {
        json["waybill_host"] = text_or_null(told.contact->contact.endpoint.host.value_or(""));
        json["waybill_purposes"] = purposes_of(told.contact->rating.purposes);
        json["waybill_rule"] = text_or_null(told.contact->rating.rule);
    }
    if (told.process != nullptr) {
        json["waybill_pid"] = told.process->pid;
        json["waybill_program"] = told.process->executable.path;
    }
    line(json);
}

void ZeekWriter::tell_dns(const Told& told, const HeldDns& message) const
{
    Json json = record("dns", message.at, told.flow);
    if (!message.questions.empty()) {
        json["query"] = message.questions.front().first;
        json["qtype_name"] = message.questions.front().second;
    }
    if (message.response) {
        json["rcode"] = message.rcode;
        Json answers = Json::array();
        Json lives = Json::array();
        for (const HeldDns::Answer& answer : message.answers) {
            answers.push_back(answer.rdata);
            lives.push_back(static_cast<double>(answer.ttl));
        }
        json["answers"] = std::move(answers);
        json["TTLs"] = std::move(lives);
    }
    line(json);
}

void ZeekWriter::tell_hello(const Told& told) const
{
    const FlowFacts& facts = told.flow.facts;
    Json json = record("ssl", told.flow.first, told.flow);
    if (facts.server && facts.server->version != 0)
        json["version"] = version_word(facts.server->version);
    if (const std::string_view name = hello_name(told.flow); !name.empty())
        json["server_name"] = name;
    if (facts.server && !facts.server->alpn.empty())
        json["next_protocol"] = facts.server->alpn;
    const ClientHelloFacts& hello = facts.hellos.back();
    if (hello.ja3)
        json["ja3"] = to_hex(*hello.ja3);
    if (!hello.fingerprint->ja4.empty())
        json["ja4"] = hello.fingerprint->ja4;
    line(json);
}

/// As Zeek tells losses, in a log of its own.
void ZeekWriter::gap(const Gap& gap)
{
    const Timestamp end = report().run ? report().run->ended : report().totals.last.value_or(Timestamp{});
    line({{"_path", "reporter"},
          {"ts", seconds_of(end.time_since_epoch())},
          {"level", describe(gap.kind).lost_input ? "Reporter::WARNING" : "Reporter::INFO"},
          {"message", gap_text(gap)},
          {"location", describe(gap.kind).id}});
}

}  // namespace

std::unique_ptr<EventReceiver> zeek_writer(const Report& report, FlowEvents::Output output)
{
    return std::make_unique<ZeekWriter>(report, std::move(output));
}

}  // namespace waybill
