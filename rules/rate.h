#pragma once

#include <cstdint>

#include "model/contact.h"
#include "model/rating.h"
#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// What the book says of a contact. `suffixes` gives the registrable domain.
Rating rate(const Contact& contact, const RuleBook& book, const PublicSuffixList& suffixes);

/// Whether digests of the packs and the list are needed: the text of a report shows none, and they are most of what it
/// costs to read a small capture.
enum class Digests : std::uint8_t { computed, left_out };

/// Which packs and which list decide.
RuleSet identity(const RuleBook& book, const PublicSuffixList& suffixes, Digests digests);

}  // namespace waybill::rules
