#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "rules/rule_book.h"

namespace waybill::rules {

/// What the packs cover, and how well that is sourced.
struct Coverage {
    struct OfVendor {
        std::uint64_t rules = 0;
        std::uint64_t patterns = 0;
        std::uint64_t switches = 0;
    };

    /// How old readings are, in days: up to each of these, and beyond the last.
    static constexpr std::array ages{30, 90, 180, 365};

    std::uint64_t packs = 0;
    std::uint64_t rules = 0;
    std::uint64_t patterns = 0;  ///< distinct host patterns, domains and addresses
    std::uint64_t switches = 0;
    std::uint64_t settable = 0;  ///< of these, those that a program can set
    std::uint64_t products = 0;
    std::uint64_t sources = 0;
    std::uint64_t mirrored = 0;                            ///< of these, those read elsewhere than at their address
    std::uint64_t third_party_alone = 0;                   ///< rules for which nobody else speaks
    std::map<std::string, OfVendor, std::less<>> vendors;  ///< by name
    std::map<Purpose, std::uint64_t> rules_by_purpose;     ///< a rule with several counts for each
    std::map<SourceGrade, std::uint64_t> sources_by_grade;
    std::array<std::uint64_t, ages.size() + 1> sources_by_age{};
};

Coverage coverage(const RuleBook& book, Date today);

std::string coverage_text(const Coverage& coverage);

/// `waybill rules stats --json`: the same coverage gives the same octets.
std::string coverage_json(const Coverage& coverage);

}  // namespace waybill::rules
