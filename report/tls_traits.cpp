#include "report/tls_traits.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/text.h"
#include "report/event_pieces.h"

namespace waybill {
namespace {

/// Protocols are octets that a stranger chose (RFC 7301, 3.1).
void write_protocols(JsonWriter& json, const std::vector<std::string>& protocols)
{
    for (const std::string& protocol : protocols)
        json.octets(protocol);
    json.end_array();
}

/// As the value of a contact's member, whose lines stand that far in.
std::string text_of(const TlsTraits& traits)
{
    using Json = nlohmann::ordered_json;
    constexpr std::string_view margin = "      ";
    Json json;
    json["alpn_offered"] = traits.alpn_offered;
    json["alpn_chosen"] = traits.alpn_chosen;
    json["ja4"] = traits.ja4;
    json["more"] = traits.more;
    std::string text;
    for (const char character : json_without_hidden(json.dump(2, ' ', false, Json::error_handler_t::replace))) {
        text += character;
        if (character == '\n')
            text += margin;
    }
    return text;
}

}  // namespace

std::string with_tls_traits(std::string_view report, const std::vector<RatedContact>& contacts)
{
    constexpr std::string_view list = "\n  \"contacts\": [";
    constexpr std::string_view member = "\n      \"tls\": ";
    constexpr std::string_view empty = "null";
    std::unordered_map<const TlsTraits*, std::string> texts;
    std::string whole;
    std::size_t done = 0;
    std::size_t at = report.find(list);
    for (const RatedContact& rated : contacts) {
        at = report.find(member, at);
        if (at == std::string_view::npos)
            break;  // not reached: each contact has the member
        at += member.size();
        const TlsTraits* const traits = rated.contact.tls.get();
        if (traits == nullptr)
            continue;
        std::string& text = texts[traits];
        if (text.empty())
            text = text_of(*traits);
        whole.append(report, done, at - done).append(text);
        done = at + empty.size();
    }
    return whole.append(report, std::min(done, report.size()));
}

void write_tls_traits(JsonWriter& json, const TlsTraits& traits)
{
    json.begin_object("tls");
    json.begin_array("alpn_offered");
    for (const auto& protocols : traits.alpn_offered) {
        json.begin_array();
        write_protocols(json, protocols);
    }
    json.end_array();
    json.begin_array("alpn_chosen");
    write_protocols(json, traits.alpn_chosen);
    event::write_texts(json, "ja4", traits.ja4);
    json.boolean("more", traits.more);
    json.end_object();
}

}  // namespace waybill
