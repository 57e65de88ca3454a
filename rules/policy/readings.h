#pragma once

#include <deque>
#include <string>
#include <vector>

#include "rules/policy/judge.h"
#include "rules/policy/selection.h"

namespace waybill::rules {

/// A contact under each of its names: that of the report, and further ones on the same flows; or, where several names
/// share its address, each of which one alone is meant.
struct ContactReadings {
    std::vector<PolicySubject> subjects;  ///< at least one
    bool one_of = false;                  ///< one of them is meant, and it is not known which
    bool is_whole = true;                 ///< false: there may be names that are not among them
    std::deque<Rating> ratings;           ///< what subjects borrow, beside the report

    ContactReadings(const Report& report, const RatedContact& rated, const JudgedWith& with);
    ContactReadings(const ContactReadings&) = delete;
    ContactReadings& operator=(const ContactReadings&) = delete;
    ContactReadings(ContactReadings&&) = delete;
    ContactReadings& operator=(ContactReadings&&) = delete;
    ~ContactReadings() = default;
};

}  // namespace waybill::rules
