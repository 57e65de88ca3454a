#include "bench/truth.h"

#include <nlohmann/json.hpp>

#include "bench/names.h"

namespace waybill::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 2> transport_names{"tcp", "udp"};
constexpr std::array<const char*, name_source_count + 1> source_names{"dns", "tls-sni", "quic-sni", "http-host", "any"};

std::size_t index(Transport transport)
{
    return static_cast<std::size_t>(transport);
}

Json both_ways(const std::array<std::uint64_t, 2>& values)
{
    return {{"out", values[0]}, {"in", values[1]}};
}

Json to_json(const Volume& volume)
{
    std::array<std::uint64_t, 2> ip_octets{};
    for (std::size_t i = 0; i < ip_octets.size(); ++i)
        ip_octets[i] = volume.wire_octets[i] - volume.packets[i] * ethernet_octets;
    return {{"packets", both_ways(volume.packets)},
            {"wire_bytes", both_ways(volume.wire_octets)},
            {"ip_bytes", both_ways(ip_octets)},
            {"payload_bytes", both_ways(volume.payload_octets)}};
}

Json to_json(Family family, const Peer& peer)
{
    return {{"address", address_text(family, peer)}, {"port", peer.port}};
}

Json to_json(const CheckedFlow& checked)
{
    Json json = to_json(checked.flow.volume);
    json["transport"] = transport_names[index(checked.frames.transport())];
    json["client"] = to_json(checked.frames.family(), checked.frames.client());
    json["server"] = to_json(checked.frames.family(), checked.frames.server());
    json["name"] = server_name(checked.flow.use.number);
    json["source"] = source_names[static_cast<std::size_t>(checked.flow.use.source)];
    return json;
}

}  // namespace

void Volume::add(Direction direction, std::size_t wire, std::size_t payload)
{
    const std::size_t way = bench::index(direction);
    ++packets[way];
    wire_octets[way] += wire;
    payload_octets[way] += payload;
}

Truth::Truth(std::uint64_t flows) : expected_flows_{flows} {}

void Truth::see_name(std::size_t source, std::uint32_t number)
{
    std::vector<bool>& seen = names_seen_[source];
    if (seen.size() <= number)
        seen.resize(number + std::size_t{1});
    if (!seen[number])
        ++distinct_names_[source];
    seen[number] = true;
}

void Truth::add_flow(const Script& script, const NameUse& use)
{
    const auto source = static_cast<std::size_t>(use.source);
    ++flows_[index(script.frames().transport())];
    ipv6_flows_ += script.frames().family() == Family::ipv6 ? 1U : 0U;
    ++naming_flows_[source];
    see_name(source, use.number);
    see_name(name_source_count, use.number);
    said_.tls_hellos += script.said.tls_hellos;
    said_.quic_hellos += script.said.quic_hellos;
    said_.split_hellos += script.said.split_hellos;
    said_.dns_queries += script.said.dns_queries;
    said_.dns_responses += script.said.dns_responses;
    said_.http_requests += script.said.http_requests;
}

void Truth::add_packet(CaptureTime at)
{
    if (packets_++ == 0)
        first_ = at;
    last_ = at;
}

void Truth::end_flow(const Frames& frames, const FlowTruth& flow)
{
    Volume& volume = volumes_[index(frames.transport())];
    for (const Direction direction : {Direction::out, Direction::in}) {
        const std::size_t way = bench::index(direction);
        volume.packets[way] += flow.volume.packets[way];
        volume.wire_octets[way] += flow.volume.wire_octets[way];
        volume.payload_octets[way] += flow.volume.payload_octets[way];
    }
    if (is_checked(flow.number))
        checked_.push_back({frames, flow});
}

/// The first flows and some from everywhere in the capture.
bool Truth::is_checked(std::uint64_t number) const
{
    return number < 8 || number % (expected_flows_ / 24 + 1) == 0;
}

std::string Truth::json(const std::string& about, std::uint64_t file_octets) const
{
    Json json;
    json["plan"] = Json::parse(about);
    json["file_bytes"] = file_octets;
    json["packets"] = packets_;
    json["wire_bytes"] = volumes_[0].wire_octets[0] + volumes_[0].wire_octets[1] + volumes_[1].wire_octets[0] +
                         volumes_[1].wire_octets[1];
    json["first_us"] = first_.count();
    json["last_us"] = last_.count();
    json["flows"] = flows_[0] + flows_[1];
    json["ipv6_flows"] = ipv6_flows_;
    for (const std::size_t transport : {0U, 1U}) {
        Json& entry = json["transports"][transport_names[transport]];
        entry = to_json(volumes_[transport]);
        entry["flows"] = flows_[transport];
    }
    for (std::size_t source = 0; source < name_source_count; ++source)
        json["names"][source_names[source]] = {{"flows", naming_flows_[source]}, {"distinct", distinct_names_[source]}};
    json["names"][source_names[name_source_count]] = {{"distinct", distinct_names_[name_source_count]}};
    json["dns"] = {{"queries", said_.dns_queries}, {"responses", said_.dns_responses}};
    json["hellos"] = {{"tls", said_.tls_hellos}, {"quic", said_.quic_hellos}, {"split", said_.split_hellos}};
    json["http_requests"] = said_.http_requests;
    json["checked_flows"] = Json::array();
    for (const CheckedFlow& checked : checked_)
        json["checked_flows"].push_back(to_json(checked));
    return json.dump(1) + "\n";
}

}  // namespace waybill::bench
