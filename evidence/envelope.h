#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_document.h"

namespace waybill::evidence {

/// A signature of an envelope. Which key it is by is a hint and no more.
struct Signature {
    std::string key_id;
    std::vector<std::byte> octets;

    friend bool operator==(const Signature&, const Signature&) = default;
};

/// A DSSE envelope (github.com/secure-systems-lab/dsse, v1.0.2): octets, what they are, and who signed both.
struct Envelope {
    std::string payload_type;
    std::string payload;
    std::vector<Signature> signatures;

    friend bool operator==(const Envelope&, const Envelope&) = default;
};

constexpr std::size_t most_signatures = 64;
constexpr std::string_view in_toto_payload = "application/vnd.in-toto+json";

/// What is signed: the payload and its type with their lengths (DSSE's pre-authentication encoding).
std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload);

/// The one way in which Waybill writes an envelope: a line of JSON.
std::string envelope_text(const Envelope& envelope);

/// Any octets give an envelope or what is wrong with them. Base64 may be of either alphabet; at most 64 signatures.
std::expected<Envelope, FieldError> parse_envelope(std::string_view text);

}  // namespace waybill::evidence
