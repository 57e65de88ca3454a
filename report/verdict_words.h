#pragma once

#include <string>
#include <vector>

#include "model/report.h"
#include "model/verdict.h"
#include "report/verdict_text.h"

// The words of a verdict, in every report for people. Printable.

namespace waybill {

/// Contacts of one program with one endpoint, of which the policy says the same: a build starts a program often.
using JudgedGroup = std::vector<const JudgedContact*>;

/// In the verdict's order; borrowed from it. Those that are no finding are left out where findings alone are listed.
std::vector<JudgedGroup> judged_groups(const Verdict& verdict, const Report& report, VerdictDetail detail);

/// What is said of a group.
struct JudgedWords {
    std::string effect;              ///< deny, review, allow; "unclear" where that cannot be told
    std::string endpoint;            ///< "api.example:443"
    std::string purposes;            ///< "telemetry, crash-report"
    std::string by;                  ///< the program; "-" where nobody is known
    std::vector<std::string> lines;  ///< what decided, how much, where to look, who says so
    std::vector<std::string> lost;   ///< what matched too, where that is explained
};
JudgedWords judged_words(const JudgedGroup& group, const Report& report, VerdictDetail detail);

/// "limit exceeded: payload out (purpose telemetry) is 3.1 kB, at most 0 B allowed · REASON"
std::string limit_sentence(const JudgedLimit& limit);

/// "cannot be said  nothing that the policy denies was contacted", and why, a line each.
struct OpenWords {
    std::string claim;
    std::vector<std::string> reasons;
};
OpenWords open_words(const OpenClaim& claim);

/// "2 packets lost: where (kernel-dropped)": a gap under a verdict, with its id.
std::string judged_gap_text(const Gap& gap);

/// Entries that expired, and those that matched nothing, a sentence each; of an empty list none.
std::vector<std::string> idle_entries(const Verdict& verdict);

/// "POLICY-TITLE  policy ID, version V, sha256:DIGEST"
std::string policy_identity(const Verdict& verdict);

}  // namespace waybill
