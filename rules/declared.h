#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/report.h"
#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// A rule about a vendor or a product, and the contacts that it decides.
struct DeclaredRule {
    const Rule* rule = nullptr;         ///< borrowed from the book
    std::vector<std::size_t> contacts;  ///< indices into the report's
};

/// What sources document of a vendor or a product, held against what a recording shows.
struct Declared {
    std::string name;                         ///< as it was asked
    std::vector<DeclaredRule> seen;           ///< documented and contacted
    std::vector<DeclaredRule> not_seen;       ///< documented, and not contacted in this recording
    std::vector<std::size_t> of_others;       ///< contacted, and documented of somebody else: indices of contacts
    std::vector<std::size_t> not_documented;  ///< contacted, and not found in the sources
    std::string packs;  ///< where it was looked, and as of when: "packs anthropic, shared, as they stood …"
};

/// Nothing when no rule is of a vendor, and names no product, of that name; letter case does not matter.
std::optional<Declared> declared(const Report& report, const RuleBook& book, std::string_view name);

/// Names of vendors and products that hold the text, for a message; a few of them.
std::vector<std::string> similar_names(const RuleBook& book, std::string_view name);

/// The sheet as text for a terminal, or in Markdown with the questions to the vendor.
std::string declared_text(const Declared& declared, const Report& report);
std::string declared_markdown(const Declared& declared, const Report& report);

/// As JSON (docs/schemas/declared.schema.json): the same sheet gives the same octets.
std::string declared_json(const Declared& declared, const Report& report);

}  // namespace waybill::rules
