#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_document.h"
#include "evidence/manifest.h"

namespace waybill::evidence {

constexpr std::string_view runtime_trace = "https://in-toto.io/attestation/runtime-trace/v0.1";
constexpr std::string_view verification_result = "https://in-toto.io/attestation/svr/v0.2";

/// An in-toto Statement v1 (github.com/in-toto/attestation, spec/v1/statement.md): what is said of which files. What it
/// says is not read back.
struct Statement {
    std::string predicate_type;
    std::vector<ManifestLine> subjects;

    friend bool operator==(const Statement&, const Statement&) = default;
};

/// The statement with what it says, as JSON in one line without its line feed.
std::string statement_text(const Statement& statement, const nlohmann::ordered_json& predicate);

/// Any octets give a statement or what is wrong with them. A subject must have one SHA-256; no path stands twice.
std::expected<Statement, FieldError> parse_statement(std::string_view text);

}  // namespace waybill::evidence
