#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/report.h"
#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// What a rule says that matched, as old as it is on `day`. What only the endpoint or other rules tell is left empty.
Rating rating_of(const RuleCandidate& match, Date day);

/// The id of the shipped rule that would decide, where one's own does; else empty.
std::string overridden(const RuleBook& book, const EndpointQuery& asked, const RuleCandidate& deciding);

/// What the book says of a contact. `suffixes` gives the registrable domain; sources are as old as they are on `day`.
Rating rate(const Contact& contact, const RuleBook& book, const PublicSuffixList& suffixes, Date day);

/// The same of an endpoint.
Rating rate(const EndpointQuery& asked, const RuleBook& book, const PublicSuffixList& suffixes, Date day);

/// The day to which ages and expiry dates count: that of the recording's end, for the same recording gives the same
/// report.
Date last_day(const std::optional<Run>& run, const ReportTotals& totals);
Date last_day(const Report& report);

/// How old a source is on `day`, in days; below 0 when it was read later.
int age_days(const Source& source, Date day);

/// Whether digests of the packs and the list are needed: the text of a report shows none, and they are most of what it
/// costs to read a small capture.
enum class Digests : std::uint8_t { computed, left_out };

/// The sources as reports have them, the strongest grade first.
std::vector<RatingSource> cite(const std::vector<Source>& sources, Date day);

/// Which packs and which list decide.
RuleSet identity(const RuleBook& book, const PublicSuffixList& suffixes, Digests digests);

}  // namespace waybill::rules
