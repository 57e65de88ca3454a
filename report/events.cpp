#include "report/events.h"

#include "base/hex.h"
#include "base/json_writer.h"
#include "model/tls_version.h"

namespace waybill {
namespace {

constexpr std::size_t flush_octets = 64UL << 10U;

// What a line has many of takes its key where it is called: inlined, it is known there as a literal.

[[gnu::always_inline]] inline void write_pair(JsonWriter& json, std::string_view key, std::uint64_t out,
                                              std::uint64_t in)
{
    json.members("\"", key, R"(":{"out":)", out, R"(,"in":)", in, "},");
}

[[gnu::always_inline]] inline void write_id_or_null(JsonWriter& json, std::string_view key, std::uint64_t id)
{
    if (id == 0)
        json.null(key);
    else
        json.number(key, id);
}

void write_text_or_null(JsonWriter& json, std::string_view key, std::string_view value)
{
    if (value.empty())
        json.null(key);
    else
        json.text(key, value);
}

[[gnu::always_inline]] inline void write_word_or_null(JsonWriter& json, std::string_view key, std::string_view word)
{
    if (word.empty())
        json.null(key);
    else
        json.word(key, word);
}

[[gnu::always_inline]] inline void write_socket(JsonWriter& json, std::string_view key, const SocketAddress& socket)
{
    IpAddress::TextRoom room;
    json.members("\"", key, R"(":{"address":")", socket.address.text(room), R"(","port":)", number(socket.port), "},");
}

void write_volumes(JsonWriter& json, const Volume& out, const Volume& in)
{
    write_pair(json, "packets", out.packets, in.packets);
    write_pair(json, "wire_bytes", out.wire_bytes, in.wire_bytes);
    write_pair(json, "ip_bytes", out.ip_bytes, in.ip_bytes);
    write_pair(json, "payload_bytes", out.payload_bytes, in.payload_bytes);
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts)
{
    json.begin_array(key);
    for (const std::string& text : texts)
        json.text(text);
    json.end_array();
}

void write_names(JsonWriter& json, const FlowFacts& facts, TimeWriter& times)
{
    json.begin_array("names");
    for (const NameClue& clue : facts.names) {
        json.begin_object();
        json.text("name", clue.name.text());
        json.word("source", text(clue.source));
        json.word("at", times.text(clue.at));
        if (clue.source == NameSource::dns_answer)
            json.boolean("after_ttl", clue.after_ttl);
        json.end_object();
    }
    json.end_array();
}

void write_tls(JsonWriter& json, const FlowFacts& facts)
{
    if (facts.hello == HelloState::absent && facts.hellos.empty() && !facts.server)
        return;
    json.begin_object("tls");
    write_word_or_null(json, "version",
                       facts.hellos.empty() ? "" : tls_version_text(facts.hellos.back().fingerprint->version));
    json.begin_array("alpn");
    for (const auto& hello : facts.hellos) {
        if (hello.fingerprint->alpn.empty())
            continue;
        json.begin_array();
        for (const std::string& protocol : hello.fingerprint->alpn)
            json.octets(protocol);
        json.end_array();
    }
    json.end_array();
    json.begin_array("ja3");
    for (const auto& hello : facts.hellos)
        if (hello.ja3)
            json.word(to_hex(*hello.ja3));
    json.end_array();
    json.begin_array("ja4");
    for (const auto& hello : facts.hellos)
        if (!hello.fingerprint->ja4.empty())
            json.word(hello.fingerprint->ja4);
    json.end_array();
    write_word_or_null(json, "ech", facts.protocol == Protocol::quic ? "" : text(facts.ech));
    json.word("hello", text(facts.hello));
    if (facts.server) {
        json.begin_object("server");
        write_word_or_null(json, "version", tls_version_text(facts.server->version));
        write_text_or_null(json, "alpn", facts.server->alpn);
        json.end_object();
    }
    json.end_object();
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
    if (facts.protocol != Protocol::quic)
        return;
    json.begin_object("quic");
    write_word_or_null(json, "ech", text(facts.ech));
    json.end_object();
}

void write_owner(JsonWriter& json, const Owner& owner)
{
    json.begin_object("owner");
    write_id_or_null(json, "process", owner.process);
    json.word("quality", text(owner.quality));
    write_text_or_null(json, "reason", owner.reason);
    json.end_object();
}

[[gnu::always_inline]] inline void begin_line(JsonWriter& json, std::string_view type)
{
    json.begin_line();
    json.members(R"("type":")", type, R"(","v":)", std::uint64_t{EventWriter::format_version}, ",");
}

void write_packet_range(JsonWriter& json, const PacketRange& packets)
{
    json.begin_object("packet");
    json.number("file", packets.first_file);
    json.number("first", packets.first);
    if (packets.last_file != packets.first_file)
        json.number("last_file", packets.last_file);
    json.number("last", packets.last);
    json.end_object();
}

}  // namespace

void EventWriter::end_line(JsonWriter& json)
{
    json.end_line();
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

void EventWriter::flow(const Flow& flow, const Owner& owner)
{
    JsonWriter json{buffer_};
    begin_line(json, "flow");
    json.number("id", flow.id);
    json.word("transport", text(flow.transport));
    if (flow.transport == Transport::other)
        json.number("ip_protocol", flow.protocol_number);
    write_socket(json, "client", flow.client);
    write_socket(json, "server", flow.server);
    json.boolean("client_by_handshake", flow.client_by_handshake);
    json.word("first", times_.text(flow.first));
    json.word("last", times_.text(flow.last));
    write_volumes(json, flow.out, flow.in);
    write_word_or_null(json, "protocol", text(flow.facts.protocol));
    write_names(json, flow.facts, times_);
    write_tls(json, flow.facts);
    write_quic(json, flow.facts);
    write_application(json, flow.facts);
    if (flow.facts.ambiguous)
        json.boolean("ambiguous", true);
    write_owner(json, owner);
    json.number("tunnel_depth", flow.tunnel_depth);
    write_packet_range(json, flow.packets);
    write_id_or_null(json, "contact", flow.contact);
    end_line(json);
}

void EventWriter::dns(const DnsEvent& event)
{
    JsonWriter json{buffer_};
    begin_line(json, "dns");
    json.number("flow", event.flow);
    json.word("at", times_.text(event.at));
    json.boolean("response", event.response);
    json.number("rcode", event.rcode);
    json.begin_array("questions");
    for (const DnsQuestion& question : event.questions) {
        json.begin_object();
        json.text("name", question.name);
        json.word("qtype", question.qtype);
        json.end_object();
    }
    json.end_array();
    json.begin_array("answers");
    for (const DnsAnswer& answer : event.answers) {
        json.begin_object();
        json.text("name", answer.name);
        json.word("rtype", answer.rtype);
        json.text("rdata", answer.rdata);
        json.number("ttl", answer.ttl);
        json.end_object();
    }
    json.end_array();
    if (!event.services.empty())
        write_services(json, event.services);
    json.word("dissector", text(event.dissector));
    end_line(json);
}

void EventWriter::contact(const Contact& contact, const Rating& rating)
{
    JsonWriter json{buffer_};
    begin_line(json, "contact");
    json.number("id", contact.id);
    write_id_or_null(json, "process", contact.owner.process);
    write_owner(json, contact.owner);
    json.begin_object("endpoint");
    write_text_or_null(json, "host", contact.endpoint.host.value_or(""));
    IpAddress::TextRoom room;
    json.word("address", contact.endpoint.address.text(room));
    json.number("port", number(contact.endpoint.port));
    json.word("transport", text(contact.endpoint.transport));
    json.end_object();
    write_word_or_null(json, "name_source", contact.name_source ? text(*contact.name_source) : "");
    if (!contact.candidates.empty())
        write_texts(json, "candidates", contact.candidates);
    if (!contact.other_names.empty())
        write_texts(json, "other_names", contact.other_names);
    json.word("resolution", text(contact.resolution));
    json.begin_array("purposes");
    for (const Purpose purpose : rating.purposes)
        json.word(text(purpose));
    json.end_array();
    write_text_or_null(json, "vendor", rating.vendor);
    write_text_or_null(json, "rule", rating.rule);
    json.number("flow_count", contact.flow_count);
    json.begin_array("flows");
    for (const std::uint64_t id : contact.flows)
        json.number(id);
    json.end_array();
    write_volumes(json, contact.out, contact.in);
    json.word("first", times_.text(contact.first));
    json.word("last", times_.text(contact.last));
    if (contact.outer_name_only > 0)
        json.number("outer_name_only", contact.outer_name_only);
    if (contact.tunnelled)
        json.boolean("tunnelled", true);
    end_line(json);
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
    write_text_or_null(json, "detail", gap.detail);
    end_line(json);
}

void EventWriter::capture(const CaptureSummary& summary)
{
    JsonWriter json{buffer_};
    begin_line(json, "capture");
    json.number("packets", summary.packets);
    json.number("wire_bytes", summary.wire_bytes);
    if (summary.first)
        json.word("first", times_.text(*summary.first));
    else
        json.null("first");
    if (summary.last)
        json.word("last", times_.text(*summary.last));
    else
        json.null("last");
    json.number("dropped", summary.dropped);
    write_texts(json, "files", summary.files);
    end_line(json);
    flush();
}

}  // namespace waybill
