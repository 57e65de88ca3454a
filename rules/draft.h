#pragma once

#include <optional>
#include <span>
#include <string>

#include "model/report.h"
#include "rules/pattern.h"
#include "rules/source.h"

namespace waybill::rules {

/// What a draft is about: an endpoint, and the contacts with it in a case, where there is one.
struct DraftSubject {
    EndpointQuery endpoint;
    std::string registrable_domain;          ///< of its host; empty: an address
    std::span<const RatedContact> contacts;  ///< those with this endpoint
    const Report* report = nullptr;          ///< nullptr: no case
    Date today{};
};

/// A pack of one's own with one rule, in which what only a person can say is marked by "REPLACE". It loads as it is,
/// with the purpose `unknown` and what was observed as its source.
std::string draft_pack(const DraftSubject& subject);

/// The question to the vendor, in Markdown: what was seen, and what is asked.
std::string draft_question(const DraftSubject& subject);

}  // namespace waybill::rules
