#pragma once

#include <string>
#include <string_view>

#include "rules/rule_book.h"

// Text for people about rules: pure functions. Nothing from a pack reaches it with control characters.

namespace waybill::rules {

/// What an endpoint is for, who says so, which pattern matched, what else did and why it lost, and the documented
/// switches; or that no pack's cited sources mention it, with the packs and the days as of which those were read.
std::string explain(const RuleBook& book, const EndpointQuery& endpoint, Date today);

/// "Not found in the sources cited by pack V, as they stood on DATE.": what an endpoint without a rule gets.
std::string not_found_text(const RuleBook& book, const EndpointQuery& endpoint);

/// All packs, a line each: id, version, rules, days of reading, title, digest.
std::string list_text(const RuleBook& book);

/// One pack with a line for each of its rules. Nothing is known of other packs.
std::string show_text(const Pack& pack);

/// One rule in full.
std::string show_text(const Rule& rule, const RuleBook& book, Date today);

/// One documented switch in full.
std::string show_text(const Switch& found, Date today);

/// "exact host" against "suffix": why the first match is preferred to the second, as a part of a sentence.
std::string why_it_lost(const RuleCandidate& loser, const RuleCandidate& winner);

/// `model-inference, telemetry`
std::string purposes_text(const Rule& rule);

}  // namespace waybill::rules
