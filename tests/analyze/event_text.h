#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analyze/analysis.h"
#include "base/cursor.h"
#include "base/hex.h"
#include "tests/support/packet_builder.h"

namespace waybill::test {

/// One flow with all that is known of it, as a line that a test can compare and print.
inline std::string event_text(const Flow& flow)
{
    const auto end = [](const SocketAddress& at) { return fmt::format("{}:{}", at.address.text(), number(at.port)); };
    const auto volume = [](const Volume& sent) {
        return fmt::format("{}/{}/{}/{}", sent.packets, sent.wire_bytes, sent.ip_bytes, sent.payload_bytes);
    };
    std::string line = fmt::format(
        "flow {} contact {} {} {} depth {} {} > {} {} out {} in {} packets {}-{} {} {}", flow.id, flow.contact,
        text(flow.transport), text(flow.facts.protocol), flow.tunnel_depth, end(flow.client), end(flow.server),
        flow.client_by_handshake ? "handshake" : "guess", volume(flow.out), volume(flow.in), flow.packets.first,
        flow.packets.last, to_rfc3339(flow.first), to_rfc3339(flow.last));
    for (const NameClue& clue : flow.facts.names)
        line += fmt::format(" {}={}@{}{}", text(clue.source), clue.name.text(), to_rfc3339(clue.at),
                            clue.after_ttl ? "!" : "");
    line += fmt::format(" hello {} ech '{}' ambiguous {}", text(flow.facts.hello), text(flow.facts.ech),
                        flow.facts.ambiguous);
    for (const auto& hello : flow.facts.hellos)
        line += fmt::format(" ja3 {} ja4 {} alpn {}", hello.ja3 ? to_hex(*hello.ja3) : "", hello.fingerprint->ja4,
                            fmt::join(hello.fingerprint->alpn, ","));
    if (flow.facts.server)
        line += fmt::format(" server {:04x} {}", flow.facts.server->version, flow.facts.server->alpn);
    if (const auto& application = flow.facts.application)
        line +=
            fmt::format(" methods {} connect {} socks {} ssh {} requests {}", fmt::join(application->http_methods, ","),
                        fmt::join(application->connect, ","), fmt::join(application->socks, ","),
                        fmt::join(application->ssh, ","), application->requests);
    return line;
}

inline std::string event_text(const DnsEvent& event)
{
    std::string line = fmt::format("dns flow {} {} {} {} rcode {}", event.flow, to_rfc3339(event.at),
                                   text(event.dissector), event.response ? "response" : "query", event.rcode);
    for (const DnsQuestion& question : event.questions)
        line += fmt::format(" ? {} {}", question.name, question.qtype);
    for (const DnsAnswer& answer : event.answers)
        line += fmt::format(" = {} {} {} {}", answer.name, answer.rtype, answer.ttl, answer.rdata);
    return line;
}

inline std::string event_text(const Contact& contact)
{
    std::string line = fmt::format(
        "contact {} {} {}:{} {} {} flows {} [{}] out {} in {} first {} last {}", contact.id,
        contact.endpoint.host.value_or("-"), contact.endpoint.address.text(), number(contact.endpoint.port),
        text(contact.endpoint.transport), text(contact.resolution), contact.flow_count, fmt::join(contact.flows, ","),
        contact.out.ip_bytes, contact.in.ip_bytes, to_rfc3339(contact.first), to_rfc3339(contact.last));
    line += fmt::format(" candidates {} others {} tunnelled {} outer {}", fmt::join(contact.candidates, ","),
                        fmt::join(contact.other_names, ","), contact.tunnelled, contact.outer_name_only);
    for (const NameSource source : contact.name_sources)
        line += fmt::format(" by {}", text(source));
    if (contact.intervals)
        line += fmt::format(" intervals {}/{}/{}/{}", contact.intervals->shortest.count(),
                            contact.intervals->median.count(), contact.intervals->longest.count(),
                            contact.intervals->mean.count());
    return line;
}

/// All that an analysis of some packets tells.
struct Told {
    std::vector<std::string> events;  ///< flows and DNS messages in the order of emission, then contacts
    std::vector<Flow> flows;          ///< by id
    AnalysisResult result;

    std::uint64_t gap(GapKind kind) const { return result.gaps.count(kind); }
};

inline Told told(const std::vector<OwnedPacket>& packets, const AnalysisOptions& options = {}, bool together = false)
{
    Told all;
    EventSinks sinks;
    sinks.dns = [&](const DnsEvent& event) { all.events.push_back(event_text(event)); };
    sinks.flow = [&](const Flow& flow) {
        all.events.push_back(event_text(flow));
        Flow copy;
        copy.id = flow.id;
        copy.contact = flow.contact;
        copy.transport = flow.transport;
        copy.protocol_number = flow.protocol_number;
        copy.tunnel_depth = flow.tunnel_depth;
        copy.client = flow.client;
        copy.server = flow.server;
        copy.client_by_handshake = flow.client_by_handshake;
        copy.first = flow.first;
        copy.last = flow.last;
        copy.out = flow.out;
        copy.in = flow.in;
        copy.packets = flow.packets;
        copy.facts.protocol = flow.facts.protocol;
        copy.facts.hello = flow.facts.hello;
        copy.facts.ech = flow.facts.ech;
        copy.facts.ambiguous = flow.facts.ambiguous;
        copy.facts.names = flow.facts.names;
        copy.facts.hellos = flow.facts.hellos;
        copy.facts.server = flow.facts.server;
        all.flows.push_back(std::move(copy));
    };
    Analysis analysis{options, std::move(sinks)};
    std::vector<Packet> views;
    for (const OwnedPacket& packet : packets) {
        views.push_back(packet.view());
        views.back().number = views.size();
    }
    if (together)
        analysis.add(views, 0);
    else
        for (const Packet& packet : views)
            analysis.add(packet, {0, packet.number});
    all.result = analysis.finish();
    for (const Contact& contact : all.result.contacts)
        all.events.push_back(event_text(contact));
    std::ranges::sort(all.flows, {}, &Flow::id);
    return all;
}

/// What is known of a flow's names, as "source name".
inline std::vector<std::string> names_of(const FlowFacts& facts)
{
    std::vector<std::string> list;
    list.reserve(facts.names.size());
    for (const NameClue& clue : facts.names)
        list.push_back(fmt::format("{} {}", text(clue.source), clue.name.text()));
    return list;
}

inline std::vector<std::string> names(const Flow& flow)
{
    return names_of(flow.facts);
}

}  // namespace waybill::test
