#include "report/events.h"

#include <array>
#include <cstdint>

#include "base/hex.h"
#include "base/json_writer.h"
#include "model/tls_version.h"

namespace waybill {
namespace {

constexpr std::size_t flush_octets = 64UL << 10U;

/// An address as a piece of a TextBuffer.
struct AddressText {
    const IpAddress& address;

    static constexpr std::size_t most_octets() { return IpAddress::max_text_characters; }
    std::size_t write(std::span<char> room) const { return address.text(room.first<most_octets()>()).size(); }
};

/// Octets in hexadecimal as a piece of a TextBuffer.
struct HexText {
    Bytes octets;

    std::size_t most_octets() const { return 2 * octets.size(); }
    std::size_t write(std::span<char> room) const
    {
        write_hex(octets, room);
        return most_octets();
    }
};

/// The words of an enumeration as JSON, by number.
template <typename Enumeration, std::size_t count>
constexpr auto words_of()
{
    std::array<ShortWord, count> words;
    for (std::size_t number = 0; number < count; ++number)
        words[number] = json_word(text(static_cast<Enumeration>(number)));
    return words;
}

constexpr auto transports = words_of<Transport, 5>();
constexpr auto protocols = words_of<Protocol, protocol_words.size()>();
constexpr auto name_sources = words_of<NameSource, 8>();
constexpr auto hello_states = words_of<HelloState, 5>();
constexpr auto ech_states = words_of<EchState, 4>();
constexpr auto match_qualities = words_of<MatchQuality, 5>();
constexpr std::array booleans{ShortWord{"false"}, ShortWord{"true"}};

const ShortWord& word(Transport transport)
{
    return transports[static_cast<std::size_t>(transport)];
}

const ShortWord& word(Protocol protocol)
{
    return protocols[static_cast<std::size_t>(protocol)];
}

const ShortWord& word(NameSource source)
{
    return name_sources[static_cast<std::size_t>(source)];
}

const ShortWord& word(HelloState state)
{
    return hello_states[static_cast<std::size_t>(state)];
}

const ShortWord& word(EchState state)
{
    return ech_states[static_cast<std::size_t>(state)];
}

const ShortWord& word(MatchQuality quality)
{
    return match_qualities[static_cast<std::size_t>(quality)];
}

const ShortWord& word(bool value)
{
    return booleans[value ? 1 : 0];
}

// What a line has many of is written as few literals with the values between them: it is most of the time of an
// analysis that tells all.

/// The first members of every line.
template <typename... Pieces>
[[gnu::always_inline]] inline void begin_line(JsonWriter& json, std::string_view type, const Pieces&... pieces)
{
    json.members(R"({"type":")", type, R"(","v":)", std::uint64_t{EventWriter::format_version}, ",", pieces...);
}

[[gnu::always_inline]] inline void write_sockets(JsonWriter& json, const Flow& flow)
{
    json.members(R"("client":{"address":")", AddressText{flow.client.address}, R"(","port":)", number(flow.client.port),
                 R"(},"server":{"address":")", AddressText{flow.server.address}, R"(","port":)",
                 number(flow.server.port), R"(},"client_by_handshake":)", word(flow.client_by_handshake), ",");
}

[[gnu::always_inline]] inline void write_span(JsonWriter& json, TimeWriter& times, Timestamp first, Timestamp last)
{
    json.members(R"("first":")", times.piece(first), R"(","last":")", times.piece(last), R"(",)");
}

void write_volumes(JsonWriter& json, const Volume& out, const Volume& in)
{
    json.members(R"("packets":{"out":)", out.packets, R"(,"in":)", in.packets,             //
                 R"(},"wire_bytes":{"out":)", out.wire_bytes, R"(,"in":)", in.wire_bytes,  //
                 R"(},"ip_bytes":{"out":)", out.ip_bytes, R"(,"in":)", in.ip_bytes,        //
                 R"(},"payload_bytes":{"out":)", out.payload_bytes, R"(,"in":)", in.payload_bytes, "},");
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
        json.members(R"({"name":)", JsonText{clue.name.text()}, R"(,"source":)", word(clue.source), R"(,"at":")",
                     times.piece(clue.at), R"(",)");
        if (clue.source == NameSource::dns_answer)
            json.boolean("after_ttl", clue.after_ttl);
        json.end_object();
    }
    json.end_array();
}

void write_hellos(JsonWriter& json, const ClientHellos& hellos)
{
    json.begin_array("alpn");
    for (const ClientHelloFacts& hello : hellos) {
        if (hello.fingerprint->alpn.empty())
            continue;
        json.begin_array();
        for (const std::string& protocol : hello.fingerprint->alpn)
            json.octets(protocol);
        json.end_array();
    }
    json.end_array();
    json.begin_array("ja3");
    for (const ClientHelloFacts& hello : hellos)
        if (hello.ja3)
            json.members("\"", HexText{*hello.ja3}, R"(",)");
    json.end_array();
    json.begin_array("ja4");
    for (const ClientHelloFacts& hello : hellos)
        if (!hello.fingerprint->ja4.empty())
            json.word(hello.fingerprint->ja4);
    json.end_array();
}

void write_tls(JsonWriter& json, const FlowFacts& facts)
{
    if (facts.hello == HelloState::absent && facts.hellos.empty() && !facts.server)
        return;
    const std::uint16_t offered = facts.hellos.empty() ? 0 : facts.hellos.back().fingerprint->version;
    json.members(R"("tls":{"version":)", json_word(tls_version_text(offered)), ",");
    write_hellos(json, facts.hellos);
    json.members(R"("ech":)", facts.protocol == Protocol::quic ? ShortWord{json_null} : word(facts.ech), R"(,"hello":)",
                 word(facts.hello), ",");
    if (facts.server)
        json.members(R"("server":{"version":)", json_word(tls_version_text(facts.server->version)), R"(,"alpn":)",
                     JsonTextOrNull{facts.server->alpn}, "},");
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
    if (facts.protocol == Protocol::quic)
        json.members(R"("quic":{"ech":)", word(facts.ech), "},");
}

[[gnu::always_inline]] inline void write_owner(JsonWriter& json, const Owner& owner)
{
    json.members(R"("owner":{"process":)", JsonNumberOrNull{owner.process}, R"(,"quality":)", word(owner.quality),
                 R"(,"reason":)", JsonTextOrNull{owner.reason}, "},");
}

void write_packet_range(JsonWriter& json, const PacketRange& packets)
{
    json.members(R"("packet":{"file":)", packets.first_file, R"(,"first":)", packets.first, ",");
    if (packets.last_file != packets.first_file)
        json.number("last_file", packets.last_file);
    json.members(R"("last":)", packets.last, "},");
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
    begin_line(json, "flow", R"("id":)", flow.id, R"(,"transport":)", word(flow.transport), ",");
    if (flow.transport == Transport::other)
        json.number("ip_protocol", flow.protocol_number);
    write_sockets(json, flow);
    write_span(json, times_, flow.first, flow.last);
    write_volumes(json, flow.out, flow.in);
    json.members(R"("protocol":)", word(flow.facts.protocol), ",");
    write_names(json, flow.facts, times_);
    write_tls(json, flow.facts);
    write_quic(json, flow.facts);
    write_application(json, flow.facts);
    if (flow.facts.ambiguous)
        json.boolean("ambiguous", true);
    write_owner(json, owner);
    json.number("tunnel_depth", flow.tunnel_depth);
    write_packet_range(json, flow.packets);
    json.members(R"("contact":)", JsonNumberOrNull{flow.contact}, ",");
    end_line(json);
}

void EventWriter::dns(const DnsEvent& event)
{
    JsonWriter json{buffer_};
    begin_line(json, "dns", R"("flow":)", event.flow, R"(,"at":")", times_.piece(event.at), R"(","response":)",
               word(event.response), R"(,"rcode":)", event.rcode, ",");
    json.begin_array("questions");
    for (const DnsQuestion& question : event.questions)
        json.members(R"({"name":)", JsonText{question.name}, R"(,"qtype":")", question.qtype, R"("},)");
    json.end_array();
    json.begin_array("answers");
    for (const DnsAnswer& answer : event.answers)
        json.members(R"({"name":)", JsonText{answer.name}, R"(,"rtype":")", answer.rtype, R"(","rdata":)",
                     JsonText{answer.rdata}, R"(,"ttl":)", answer.ttl, "},");
    json.end_array();
    if (!event.services.empty())
        write_services(json, event.services);
    json.members(R"("dissector":)", word(event.dissector), ",");
    end_line(json);
}

void EventWriter::contact(const Contact& contact, const Rating& rating)
{
    JsonWriter json{buffer_};
    begin_line(json, "contact");
    json.number("id", contact.id);
    json.members(R"("process":)", JsonNumberOrNull{contact.owner.process}, ",");
    write_owner(json, contact.owner);
    json.begin_object("endpoint");
    json.members(R"("host":)", JsonTextOrNull{contact.endpoint.host ? *contact.endpoint.host : std::string_view{}},
                 R"(,"address":")", AddressText{contact.endpoint.address}, R"(",)");
    json.number("port", number(contact.endpoint.port));
    json.word("transport", text(contact.endpoint.transport));
    json.end_object();
    json.members(R"("name_source":)", contact.name_source ? word(*contact.name_source) : ShortWord{json_null}, ",");
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
    write_volumes(json, contact.out, contact.in);
    write_span(json, times_, contact.first, contact.last);
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
