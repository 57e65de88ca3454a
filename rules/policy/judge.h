#pragma once

#include "model/report.h"
#include "model/verdict.h"
#include "rules/policy/policy.h"
#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// What the contacts of a report are judged by, beside the policy.
struct JudgedWith {
    const RuleBook& book;
    const PublicSuffixList& suffixes;
    Date as_of{};  ///< entries that expired before are left out
};

/// Judges every contact, every limit, and which claims of the policy the recording's gaps forbid.
///
/// The most specific entry decides: exact host > exact address > wildcard inside a label > suffix > address range >
/// domain > vendor > purpose > conditions alone; then the one with more conditions that hold; then the stricter effect;
/// then the id that comes first.
Verdict judge(const Report& report, const Policy& policy, const JudgedWith& with);

}  // namespace waybill::rules
