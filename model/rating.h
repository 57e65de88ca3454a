#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/purpose.h"

namespace waybill {

/// Who says what an endpoint is for.
struct RatingSource {
    std::string title;
    std::string url;
    std::string grade;     ///< vendor documentation, standard, vendor source code, vendor issue, third party, observed
    std::string read;      ///< 2026-08-22: the day on which it said so
    std::string read_via;  ///< where it was read, when not at `url`; else empty
    std::string paraphrase;

    friend bool operator==(const RatingSource&, const RatingSource&) = default;
};

/// What the rule packs say of a contact. Without a rule the purposes are `unknown` alone and the rest is empty.
struct Rating {
    std::vector<Purpose> purposes{Purpose::unknown};
    std::string vendor;
    std::string rule;  ///< id
    std::string pack;  ///< id
    std::string why;   ///< the pattern that matched, as the rule writes it
    std::string statement;
    std::vector<RatingSource> sources;  ///< the strongest grade first
    std::string domain;                 ///< registrable domain of the endpoint's host; empty without one

    /// Whether a source says what it is for. A rule may know whose an endpoint is, and no more.
    bool is_cited() const { return !rule.empty() && (purposes.size() != 1 || purposes.front() != Purpose::unknown); }
};

/// A rule pack that was in force.
struct PackIdentity {
    std::string id;
    std::string version;
    std::string digest;         ///< SHA-256 of the file, in hex; empty in a report that is for text alone
    std::string newest_source;  ///< the latest day on which one of its sources was read

    friend bool operator==(const PackIdentity&, const PackIdentity&) = default;
};

/// Everything that decided the ratings.
struct RuleSet {
    std::vector<PackIdentity> packs;  ///< by id
    std::string public_suffix_list;   ///< which list, with its digest where the packs have theirs
};

}  // namespace waybill
