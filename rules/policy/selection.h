#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/report.h"
#include "rules/policy/policy.h"

namespace waybill::rules {

/// A contact as a policy looks at it, under one of its names; all is borrowed.
struct PolicySubject {
    const Contact* contact = nullptr;
    const Rating* rating = nullptr;    ///< of that name
    const Process* process = nullptr;  ///< nullptr: not known
    const Phase* phase = nullptr;      ///< nullptr: not told apart
    EndpointQuery endpoint;
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

/// A contact under the name or address that the report rates it by.
PolicySubject subject_of(const Report& report, const RatedContact& rated);

/// Whether a selector goes by what a name says: hosts, and all that rules say of them.
bool goes_by_name(const ContactSelector& selector);

/// What a contact did in one phase.
struct ContactPhase {
    std::uint32_t number = 0;  ///< index into the report's phases
    const Phase* phase = nullptr;
    std::uint64_t flows = 0;
    Volume out;
};

/// The phases that a contact had packets in. Where nothing divides the recording that is its one phase; packets beyond
/// the bound of what is divided (a gap) are in none.
std::vector<ContactPhase> phases_of(const Report& report, const Contact& contact);

}  // namespace waybill::rules
