#include "report/events.h"

#include <cstdint>
#include <string_view>
#include <tuple>

#include "base/json_writer.h"
#include "report/event_pieces.h"
#include "report/tls_traits.h"

namespace waybill {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t flush_octets = 64UL << 10U;

using event::AddressText;
using event::begin_line;
using event::NumberMember;
using event::Optional;
using event::word;
using event::write_texts;

// What a line has many of is written as few literals with the values between them, and as few looks at the room for
// it: it is most of the time of an analysis that tells all.

[[gnu::always_inline]] inline auto sockets(const Flow& flow)
{
    return std::tuple{R"("client":{"address":")"sv,
                      AddressText{flow.client.address},
                      R"(","port":)"sv,
                      std::uint64_t{number(flow.client.port)},
                      R"(},"server":{"address":")"sv,
                      AddressText{flow.server.address},
                      R"(","port":)"sv,
                      std::uint64_t{number(flow.server.port)},
                      "},"sv};
}

[[gnu::always_inline]] inline auto span(TimeWriter& times, Timestamp first, Timestamp last)
{
    return std::tuple{R"("first":")"sv, times.piece(first), R"(","last":")"sv, times.piece(last), R"(",)"sv};
}

[[gnu::always_inline]] inline auto volumes(const Volume& out, const Volume& in)
{
    return std::tuple{R"("packets":{"out":)"sv,
                      out.packets,
                      R"(,"in":)"sv,
                      in.packets,
                      R"(},"wire_bytes":{"out":)"sv,
                      out.wire_bytes,
                      R"(,"in":)"sv,
                      in.wire_bytes,
                      R"(},"ip_bytes":{"out":)"sv,
                      out.ip_bytes,
                      R"(,"in":)"sv,
                      in.ip_bytes,
                      R"(},"payload_bytes":{"out":)"sv,
                      out.payload_bytes,
                      R"(,"in":)"sv,
                      in.payload_bytes,
                      "},"sv};
}

/// The elements of a flow's names.
void write_names(JsonWriter& json, const FlowFacts& facts, TimeWriter& times)
{
    for (const NameClue& clue : facts.names) {
        json.members(R"({"name":)", JsonText{clue.name.text()}, R"(,"source":)", word(clue.source), R"(,"at":")",
                     times.piece(clue.at), R"(",)");
        if (clue.source == NameSource::dns_answer)
            json.boolean("after_ttl", clue.after_ttl);
        json.end_object();
    }
}

void write_application(JsonWriter& json, const FlowFacts& facts)
{
    if (!facts.application)
        return;
    const ApplicationFacts& application = *facts.application;
    if (!application.http_methods.empty()) {
        json.begin_object("http");
        write_texts(json, "methods", application.http_methods);
        json.number("requests", application.requests);
        json.end_object();
    }
    if (!application.connect.empty())
        write_texts(json, "connect", application.connect);
    if (!application.socks.empty())
        write_texts(json, "socks", application.socks);
    if (!application.ssh.empty())
        write_texts(json, "ssh", application.ssh);
}

void write_services(JsonWriter& json, const std::vector<DnsService>& services)
{
    json.begin_array("services");
    for (const DnsService& service : services) {
        json.begin_object();
        json.text("name", service.name);
        json.text("target", service.target);
        json.number("port", service.port);
        json.number("ttl", service.ttl);
        json.end_object();
    }
    json.end_array();
}

/// What QUIC hides in its own handshake stands apart from TLS over TCP.
void write_quic(JsonWriter& json, const FlowFacts& facts)
{
    if (facts.protocol == Protocol::quic)
        json.members(R"("quic":{"ech":)", word(facts.ech), "},");
}

[[gnu::always_inline]] inline auto owner_member(const Owner& owner)
{
    return std::tuple{R"("owner":{"process":)"sv,
                      JsonNumberOrNull{owner.process},
                      R"(,"quality":)"sv,
                      word(owner.quality),
                      R"(,"reason":)"sv,
                      JsonTextOrNull{owner.reason},
                      "},"sv};
}

/// With who else had to do with the socket, where that is known to be others.
void write_owner(JsonWriter& json, const FlowOwner& found)
{
    const Owner& owner = found.owner;
    json.begin_object("owner");
    json.members(R"("process":)", JsonNumberOrNull{owner.process}, ",");
    json.word("quality", text(owner.quality));
    json.members(R"("reason":)", JsonTextOrNull{owner.reason}, ",");
    if (found.creator != 0 && found.creator != owner.process)
        json.number("creator", found.creator);
    if (found.connector != 0 && found.connector != owner.process)
        json.number("connector", found.connector);
    if (found.users.size() > 1) {
        json.begin_array("users");
        for (const std::uint64_t user : found.users)
            json.number(user);
        json.end_array();
    }
    json.end_object();
}

[[gnu::always_inline]] inline auto packet_range(const PacketRange& packets)
{
    return std::tuple{
        R"("packet":{"file":)"sv,
        std::uint64_t{packets.first_file},
        R"(,"first":)"sv,
        packets.first,
        ","sv,
        Optional{packets.last_file != packets.first_file, NumberMember{R"("last_file":)", packets.last_file}},
        R"("last":)"sv,
        packets.last,
        "},"sv};
}

}  // namespace

void EventWriter::end_line(JsonWriter& json)
{
    json.end_line();
    flush_if_full();
}

void EventWriter::flush_if_full()
{
    if (buffer_.size() >= flush_octets)
        flush();
}

void EventWriter::flush()
{
    output_(buffer_.text());
    buffer_.clear();
}

void EventWriter::header(const Bounds& bounds)
{
    JsonWriter json{buffer_};
    begin_line(json, "header");
    json.word("format", "waybill-events");
    json.word("waybill", WAYBILL_VERSION);
    json.begin_object("bounds");
    for (const auto& [name, bound] : bounds)
        json.number(name, bound);
    json.end_object();
    end_line(json);
}

void EventWriter::flow_of(const Flow& flow, const Owner& owner, const FlowOwner* roles)
{
    JsonWriter json{buffer_};
    const FlowFacts& facts = flow.facts;
    __builtin_prefetch(facts.names.data());  // cold since the flow's last packet, and so are their texts
    begin_line(json, "flow", R"("id":)", flow.id, R"(,"transport":)", word(flow.transport), ",",
               Optional{flow.transport == Transport::other, NumberMember{R"("ip_protocol":)", flow.protocol_number}},
               sockets(flow), R"("client_by_handshake":)", word(flow.client_by_handshake), ",",
               span(times_, flow.first, flow.last));
    for (const NameClue& clue : facts.names)
        clue.name.fetch();
    json.members(volumes(flow.out, flow.in), R"("protocol":)", word(facts.protocol), R"(,"names":[)");
    write_names(json, facts, times_);
    json.end_array();
    tls_.write(json, facts);
    write_quic(json, facts);
    write_application(json, facts);
    if (facts.ambiguous)
        json.boolean("ambiguous", true);
    if (roles != nullptr)
        write_owner(json, *roles);
    else
        json.members(owner_member(owner));
    json.members(R"("tunnel_depth":)", flow.tunnel_depth, ",", packet_range(flow.packets), R"("contact":)",
                 JsonNumberOrNull{flow.contact}, "}\n");
    flush_if_full();
}

void EventWriter::dns(const DnsEvent& event)
{
    JsonWriter json{buffer_};
    begin_line(json, "dns", R"("flow":)", event.flow, R"(,"at":")", times_.piece(event.at), R"(","response":)",
               word(event.response), R"(,"rcode":)", event.rcode, R"(,"questions":[)");
    for (const DnsQuestion& question : event.questions)
        json.members(R"({"name":)", JsonText{question.name}, R"(,"qtype":")", question.qtype, R"("},)");
    json.end_array(R"("answers":[)");
    for (const DnsAnswer& answer : event.answers)
        json.members(R"({"name":)", JsonText{answer.name}, R"(,"rtype":")", answer.rtype, R"(","rdata":)",
                     JsonText{answer.rdata}, R"(,"ttl":)", answer.ttl, "},");
    json.end_array();
    if (!event.services.empty())
        write_services(json, event.services);
    json.members(R"("dissector":)", word(event.dissector), "}\n");
    flush_if_full();
}

void EventWriter::contact(const Contact& contact, const Rating& rating)
{
    JsonWriter json{buffer_};
    begin_line(json, "contact");
    json.number("id", contact.id);
    json.members(R"("process":)", JsonNumberOrNull{contact.owner.process}, ",");
    json.members(owner_member(contact.owner));
    json.begin_object("endpoint");
    json.members(R"("host":)", JsonTextOrNull{contact.endpoint.host ? *contact.endpoint.host : std::string_view{}},
                 R"(,"address":")", AddressText{contact.endpoint.address}, R"(",)");
    json.number("port", number(contact.endpoint.port));
    json.word("transport", text(contact.endpoint.transport));
    json.end_object();
    json.members(R"("name_source":)", contact.name_source ? word(*contact.name_source) : event::null, ",");
    if (!contact.candidates.empty())
        write_texts(json, "candidates", contact.candidates);
    if (!contact.other_names.empty())
        write_texts(json, "other_names", contact.other_names);
    json.word("resolution", text(contact.resolution));
    json.begin_array("purposes");
    for (const Purpose purpose : rating.purposes)
        json.word(text(purpose));
    json.end_array();
    json.members(R"("vendor":)", JsonTextOrNull{rating.vendor}, R"(,"rule":)", JsonTextOrNull{rating.rule}, ",");
    json.number("flow_count", contact.flow_count);
    json.begin_array("flows");
    for (const std::uint64_t id : contact.flows)
        json.number(id);
    json.end_array();
    json.members(volumes(contact.out, contact.in), span(times_, contact.first, contact.last));
    if (contact.tls)
        write_tls_traits(json, *contact.tls);
    if (contact.outer_name_only > 0)
        json.number("outer_name_only", contact.outer_name_only);
    if (contact.tunnelled)
        json.boolean("tunnelled", true);
    legs(json, contact);
    end_line(json);
}

void EventWriter::phase(const Phase& phase)
{
    if (phase.opening == Phase::Opening::recording)
        return;  // nothing marks it
    JsonWriter json{buffer_};
    begin_line(json, "mark");
    json.members(R"("at":")", times_.piece(phase.begin), R"(",)");
    json.word("opening", text(phase.opening));
    json.members(R"("label":)", JsonTextOrNull{phase.label}, ",");
    end_line(json);
}

void EventWriter::legs(JsonWriter& json, const Contact& contact)
{
    if (!contact.via.empty()) {
        json.begin_array("via");
        for (const Via& via : contact.via) {
            json.members(R"({"proxy":{"address":")", AddressText{via.proxy.address}, R"(","port":)",
                         std::uint64_t{number(via.proxy.port)}, R"(},"process":)", JsonNumberOrNull{via.process},
                         R"(,"flows":)", via.flows, ",");
            json.begin_array("contacts");
            for (const std::uint64_t id : via.contacts)
                json.number(id);
            json.end_array();
            json.members(R"("connections":)", via.connections, R"(,"others":)", via.others, "},");
        }
        json.end_array();
    }
    if (contact.carries.empty())
        return;
    json.begin_array("for");
    for (const std::uint64_t id : contact.carries)
        json.number(id);
    json.end_array();
}

void EventWriter::gap(const Gap& gap)
{
    const GapText& kind = describe(gap.kind);
    JsonWriter json{buffer_};
    begin_line(json, "gap");
    json.word("kind", kind.id);
    json.number("count", gap.count);
    json.text("meaning", kind.sentence);
    json.text("limits", kind.limits);
    json.members(R"("detail":)", JsonTextOrNull{gap.detail}, ",");
    end_line(json);
}

void EventWriter::capture(const CaptureSummary& summary)
{
    JsonWriter json{buffer_};
    begin_line(json, "capture");
    json.number("packets", summary.packets);
    json.number("wire_bytes", summary.wire_bytes);
    if (summary.first)
        json.members(R"("first":")", times_.piece(*summary.first), R"(",)");
    else
        json.null("first");
    if (summary.last)
        json.members(R"("last":")", times_.piece(*summary.last), R"(",)");
    else
        json.null("last");
    json.number("dropped", summary.dropped);
    write_texts(json, "files", summary.files);
    end_line(json);
    flush();
}

}  // namespace waybill
