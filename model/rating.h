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
    int age_days = 0;  ///< at the recording's end; below 0 when it was read later

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
    std::vector<RatingSource> sources;   ///< the strongest grade first
    std::string domain;                  ///< registrable domain of the endpoint's host; empty without one
    std::vector<std::string> products;   ///< tools that the sources speak of
    std::vector<std::string> operators;  ///< who receives the data, where a source says that this is not the vendor
    std::vector<std::string> opt_outs;   ///< ids of documented switches that reduce what is sent
    std::string overrides;  ///< id of the shipped rule that would decide, were it not for one's own; else empty

    /// Whether a source says what it is for. A rule may know whose an endpoint is, and no more.
    bool is_cited() const { return !rule.empty() && (purposes.size() != 1 || purposes.front() != Purpose::unknown); }
};

/// A rule pack that was in force.
struct PackIdentity {
    std::string id;
    std::string version;
    std::string digest;         ///< SHA-256 of the file, in hex; empty in a report that is for text alone
    std::string newest_source;  ///< the latest day on which one of its sources was read
    bool is_own = false;        ///< one's own, not one that comes with the program
    std::string replaces = {};  ///< version of the shipped pack of this id in whose place it stands; else empty

    friend bool operator==(const PackIdentity&, const PackIdentity&) = default;
};

/// Everything that decided the ratings.
struct RuleSet {
    std::vector<PackIdentity> packs;  ///< by id
    std::string public_suffix_list;   ///< which list, with its digest where the packs have theirs
};

}  // namespace waybill
