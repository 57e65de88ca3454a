#include "report/tls_traits.h"

#include <nlohmann/json.hpp>

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

}  // namespace

nlohmann::ordered_json tls_traits_to_json(const TlsTraits& traits)
{
    nlohmann::ordered_json json;
    json["alpn_offered"] = traits.alpn_offered;
    json["alpn_chosen"] = traits.alpn_chosen;
    json["ja4"] = traits.ja4;
    json["more"] = traits.more;
    return json;
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
