#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/envelope.h"
#include "evidence/fields.h"
#include "evidence/key.h"
#include "evidence/statement.h"
#include "evidence/verify.h"

// A share of a sealed case in which fields were replaced, and that can be tied to the seal without them.

namespace waybill::evidence {

constexpr std::string_view secret_file = "data/redaction.key";
constexpr std::string_view fields_predicate = "urn:waybill:fields:1";

/// The results of a case that a share holds.
struct SharedDocument {
    std::string_view path;    ///< in the case and in the share
    std::string_view fields;  ///< in the share: a line for each field
    Lines lines;
};
constexpr std::array<SharedDocument, 2> shared_documents{
    {{"data/events.ndjson", "events.fields", Lines::each}, {"data/report.json", "report.fields", Lines::all}}};

/// 32 octets at random, as hexadecimal digits and a line feed. Throws std::runtime_error when libcrypto refuses.
std::string new_secret();

/// The octets that a secret's file holds; nothing where it is none.
std::optional<std::vector<std::byte>> parse_secret(std::string_view text);

/// The roots of the fields of each shared document, as subjects of a statement. `texts` are in their order.
std::expected<Statement, FieldError> fields_statement(std::span<const std::string> texts, Bytes secret);

/// The envelope that ties shares to a case, still without a signature.
Envelope fields_envelope(const Statement& statement);

/// What a text becomes; the same text where nothing of it is to be replaced.
using Replace = std::function<std::string(std::string_view)>;

/// A document with its texts replaced, and a line for each field: its salt where it is what it was, else its digest.
struct Redacted {
    std::string text;
    std::string fields;
    std::uint64_t kept = 0;
    std::uint64_t replaced = 0;
};

/// Names of members stay as they are: they are the format's.
std::expected<Redacted, FieldError> redact(const SharedDocument& document, std::string_view text, Bytes secret,
                                           const Replace& replace);

/// What a share is, held against the keys that are given.
struct ShareVerification {
    std::vector<Fault> faults;
    std::vector<CheckedSignature> signatures;
    std::uint64_t kept = 0;      ///< fields that are what was sealed
    std::uint64_t replaced = 0;  ///< fields of which only the digest is there

    Verification::Outcome outcome() const;
};

/// Checks a share and trusts nothing in it.
ShareVerification verify_share(Folder& folder, const Trust& trust);

/// A field as it was sealed, and what shows it: `{"document":…,"place":…,"salt":…,"value":…}` in a line. Nothing where
/// there is no such field.
std::optional<std::string> opened_field(const SharedDocument& document, std::string_view text, Bytes secret,
                                        std::string_view place);

/// Whether an opened field is the one of the share at its place; else why not.
std::expected<void, std::string> check_opened(Folder& share, std::string_view opened);

}  // namespace waybill::evidence
