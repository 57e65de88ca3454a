#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/report.h"
#include "rules/policy/judge.h"
#include "rules/policy/policy.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// What a person may widen a learned policy by; nothing of it is in force.
struct PolicySuggestion {
    std::vector<std::string> instead_of;  ///< ids of entries
    std::vector<std::string> hosts;       ///< patterns
    std::vector<std::string> domains;     ///< or domains
    std::string because;
};

/// A proposal, for a person to review.
struct LearnedPolicy {
    Policy policy;
    std::vector<PolicySuggestion> suggestions;
    std::vector<std::string> warnings;  ///< what the runs cannot say, a sentence each
};

/// What a proposal is called.
struct PolicyTitle {
    std::string id;
    std::string title;
    Date version{};
};

/// Proposes a policy that allows what was contacted in these runs: exact hosts and addresses with their ports, in how
/// many runs each was seen. It never proposes a wildcard or a range; what it might be widened by is a suggestion. What
/// has no cited purpose is proposed for review.
LearnedPolicy learn(std::span<const Report> runs, const RuleBook& book, const PolicyTitle& title);

/// What a second look at a tool would change in a policy.
struct PolicyDifference {
    std::vector<PolicyEntry> added;     ///< contacted, and allowed by nothing but for want of an entry
    std::vector<std::string> objected;  ///< contacted, and denied by an entry: a sentence each
    std::vector<std::string> unseen;    ///< ids of entries in force that matched nothing
    std::vector<std::pair<PolicyEntry, Sightings>> changed;  ///< as they are, and the share of runs they matched in now
};

/// Judges the runs by the policy and holds the proposal against that: what an entry decides needs no other one.
PolicyDifference compare(const Policy& policy, const LearnedPolicy& learned, std::span<const Report> runs,
                         const JudgedWith& with);

/// The policy with the entries that the difference adds, and the sightings of now.
Policy merged(Policy policy, const PolicyDifference& difference, Date version);

/// A policy's file (docs/formats/policy.md): the same policy gives the same octets.
std::string policy_to_json(const Policy& policy, std::span<const PolicySuggestion> suggestions);

/// One entry on a line, for a person to paste.
std::string entry_to_json(const PolicyEntry& entry);

}  // namespace waybill::rules
