#include "evidence/line_chain.h"

#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/base64.h"
#include "base/digest.h"

namespace waybill::evidence {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& members)
{
    return members.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string line_digest(std::string_view line)
{
    return sha256_hex(std::as_bytes(std::span{line}));
}

std::string chain_line(Json members, const ChainLink& link)
{
    if (link.signature)
        members["signature"] = {{"keyid", link.signature->key_id}, {"sig", to_base64(link.signature->octets)}};
    return line_of(members);
}

Signature sign_line(const Json& members, const SigningKey& key)
{
    const std::string text = line_of(members);
    return {key.public_key().id(), key.sign(std::as_bytes(std::span{text}))};
}

bool is_line_signed_by(const Json& members, const ChainLink& link, const PublicKey& key)
{
    const std::string text = line_of(members);
    return link.signature && key.verifies(std::as_bytes(std::span{text}), link.signature->octets);
}

std::string text_or_null(JsonObject& in, std::string_view name)
{
    const auto value = in.optional_value(name);
    if (!value)
        in.fail(name, "it is missing; add it");
    else if (!value->is_text() && (*value)->kind != JsonDocument::Kind::null)
        in.fail(name, "it must be text or null");
    return value && value->is_text() ? std::string{(*value)->text} : std::string{};
}

Json json_or_null(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

ChainLink read_link(JsonObject& in, std::optional<FieldError>& error)
{
    ChainLink link;
    link.number = in.optional_count("number").value_or(0);
    link.previous = text_or_null(in, "previous");
    in.object_optional("signature", [&](JsonValue value, const JsonPlace& place) {
        JsonObject signature{value, place, error};
        link.signature.emplace();
        link.signature->key_id = signature.text("keyid");
        link.signature->octets = from_base64(signature.text("sig")).value_or(std::vector<std::byte>{});
        signature.finish();
    });
    return link;
}

}  // namespace waybill::evidence
