#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/json_document.h"

// The fields of a case's results, each of which can be tied to a seal by itself.

namespace waybill::evidence {

/// A value of a JSON document that holds no others.
struct Field {
    std::string place;  ///< `12/endpoint/host`: the line from 1, then names and numbers; in one document without a line
    JsonDocument::Kind kind{};
    std::string_view text;  ///< a string without its escapes, anything else as it is written
};

/// How a document is divided: one for each line, or one for all.
enum class Lines : std::uint8_t { each, all };

/// Shows the fields in their order. An empty list or object is a field, too: its kind, without text.
std::expected<void, FieldError> each_field(std::string_view text, Lines lines,
                                           const std::function<void(const Field&)>& see);

constexpr std::size_t salt_octets = 32;
using Salt = Sha256;

/// The salt of a field: SHA-256 of the case's secret and of where the field stands, so that it is known for each field
/// by who has the secret, and for one by whom it was given.
Salt salt_of(Bytes secret, std::string_view document, std::string_view place);

/// What ties a field to the seal: a leaf of a Merkle tree. Nobody learns the field from it without its salt.
Sha256 field_digest(const Salt& salt, const Field& field);

}  // namespace waybill::evidence
