#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/report.h"
#include "rules/policy/policy.h"

namespace waybill::rules {

/// A contact as a policy looks at it; all is borrowed from the report.
struct PolicySubject {
    const RatedContact* rated = nullptr;
    const Process* process = nullptr;  ///< nullptr: not known
    const Phase* phase = nullptr;      ///< nullptr: not told apart
    EndpointQuery endpoint;            ///< of the contact, or of one of the names that it may have
};

/// How a selector holds for a subject.
struct Selection {
    Specificity specificity;  ///< the closest of its lists; the others count as conditions
    std::string by;           ///< `host api.example, port 443`
    bool in_part = false;     ///< only some of the contact's purposes are in its list
};

/// Nothing when one of its lists does not have the subject. What is not known is in no list.
std::optional<Selection> select(const ContactSelector& selector, const PolicySubject& subject);

/// The word that a policy has for a phase: a mark's label, `start` or `after-exit`.
std::string phase_word(const Phase& phase);

/// What a contact asks, by its name or address.
PolicySubject subject_of(const Report& report, const RatedContact& rated);

}  // namespace waybill::rules
