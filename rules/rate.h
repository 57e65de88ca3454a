#pragma once

#include "model/contact.h"
#include "model/rating.h"
#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// What the book says of a contact. `suffixes` gives the registrable domain.
Rating rate(const Contact& contact, const RuleBook& book, const PublicSuffixList& suffixes);

/// Which packs and which list decide.
RuleSet identity(const RuleBook& book, const PublicSuffixList& suffixes);

}  // namespace waybill::rules
