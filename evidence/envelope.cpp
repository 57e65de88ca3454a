#include "evidence/envelope.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "base/base64.h"
#include "base/json_object.h"

namespace waybill::evidence {
namespace {

/// A field that holds octets in Base64.
std::vector<std::byte> octets_of(JsonObject& in, std::string_view name)
{
    auto octets = from_base64(in.text(name));
    if (!octets)
        in.fail(name, "it is not Base64 with its padding and without spaces");
    return std::move(octets).value_or(std::vector<std::byte>{});
}

Signature signature_of(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error)
{
    JsonObject in{value, place, error};
    Signature signature;
    signature.key_id = in.text("keyid");
    signature.octets = octets_of(in, "sig");
    in.finish();
    return signature;
}

}  // namespace

std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload)
{
    return fmt::format("DSSEv1 {} {} {} {}", payload_type.size(), payload_type, payload.size(), payload);
}

std::string envelope_text(const Envelope& envelope)
{
    nlohmann::json signatures = nlohmann::json::array();
    for (const Signature& signature : envelope.signatures)
        signatures.push_back({{"keyid", signature.key_id}, {"sig", to_base64(signature.octets)}});
    const nlohmann::json json{{"payload", to_base64(std::as_bytes(std::span{envelope.payload}))},
                              {"payloadType", envelope.payload_type},
                              {"signatures", std::move(signatures)}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::expected<Envelope, FieldError> parse_envelope(std::string_view text)
{
    const auto document = JsonDocument::parse(text);
    if (!document)
        return std::unexpected(document.error());
    const JsonPlace root;
    std::optional<FieldError> error;
    JsonObject in{{&*document, 0}, root, error};
    Envelope envelope;
    envelope.payload_type = in.text("payloadType");
    for (const std::byte octet : octets_of(in, "payload"))
        envelope.payload += static_cast<char>(octet);
    in.each("signatures", [&](JsonValue value, const JsonPlace& place) {
        if (envelope.signatures.size() == most_signatures)
            in.fail("signatures", fmt::format("there are more than {}", most_signatures));
        else if (!in.failed())
            envelope.signatures.push_back(signature_of(value, place, error));
    });
    in.finish();
    if (error)
        return std::unexpected(*std::move(error));
    return envelope;
}

}  // namespace waybill::evidence
