#include "report/tls_members.h"

#include <cstdint>
#include <functional>

#include "model/tls_version.h"
#include "report/event_pieces.h"

namespace waybill {
namespace {

using event::HexText;
using event::word;

void write_version(JsonWriter& json, std::uint16_t offered)
{
    json.members(R"("tls":{"version":)", json_word(tls_version_text(offered)), ",");
}

void write_alpn(JsonWriter& json, const HelloFingerprint& fingerprint)
{
    if (fingerprint.alpn.empty())
        return;
    json.begin_array();
    for (const std::string& protocol : fingerprint.alpn)
        json.octets(protocol);
    json.end_array();
}

void write_ja4(JsonWriter& json, const HelloFingerprint& fingerprint)
{
    if (!fingerprint.ja4.empty())
        json.word(fingerprint.ja4);
}

/// What several hellos say, or one without JA3.
void write_hellos(JsonWriter& json, const ClientHellos& hellos)
{
    write_version(json, hellos.empty() ? 0 : hellos.back().fingerprint->version);
    json.begin_array("alpn");
    for (const ClientHelloFacts& hello : hellos)
        write_alpn(json, *hello.fingerprint);
    json.end_array();
    json.begin_array("ja3");
    for (const ClientHelloFacts& hello : hellos)
        if (hello.ja3)
            json.members("\"", HexText{*hello.ja3}, R"(",)");
    json.end_array();
    json.begin_array("ja4");
    for (const ClientHelloFacts& hello : hellos)
        write_ja4(json, *hello.fingerprint);
    json.end_array();
}

}  // namespace

const TlsMembers::Known& TlsMembers::known(const std::shared_ptr<const HelloFingerprint>& fingerprint)
{
    Known& known = known_[std::hash<std::string>{}(fingerprint->ja4) % places];
    if (known.fingerprint == fingerprint)
        return known;
    known.fingerprint = fingerprint;
    text_.clear();
    JsonWriter json{text_};
    write_version(json, fingerprint->version);
    json.begin_array("alpn");
    write_alpn(json, *fingerprint);
    json.end_array(R"("ja3":[")");
    known.before_ja3 = text_.text();
    text_.clear();
    json.members(R"("],"ja4":[)");
    write_ja4(json, *fingerprint);
    json.end_array();
    known.behind_ja3 = text_.text();
    return known;
}

void TlsMembers::write(JsonWriter& json, const FlowFacts& facts)
{
    if (facts.hello == HelloState::absent && facts.hellos.empty() && !facts.server)
        return;
    const ShortWord& ech = facts.protocol == Protocol::quic ? event::null : word(facts.ech);
    const bool is_usual = facts.hellos.size() == 1 && facts.hellos.back().ja3;
    if (is_usual) {
        const ClientHelloFacts& hello = facts.hellos.back();
        const Known& texts = known(hello.fingerprint);
        json.members(texts.before_ja3, HexText{*hello.ja3}, texts.behind_ja3, R"("ech":)", ech, R"(,"hello":)",
                     word(facts.hello), ",");
    } else {
        write_hellos(json, facts.hellos);
        json.members(R"("ech":)", ech, R"(,"hello":)", word(facts.hello), ",");
    }
    if (facts.server)
        json.members(R"("server":{"version":)", json_word(tls_version_text(facts.server->version)), R"(,"alpn":)",
                     JsonTextOrNull{facts.server->alpn}, "},");
    json.end_object();
}

}  // namespace waybill
