#pragma once

#include <cstdint>
#include <string>

#include "model/report.h"
#include "model/verdict.h"

namespace waybill {

/// What of a verdict is listed.
enum class VerdictDetail : std::uint8_t {
    findings,   ///< what is denied, to be reviewed or undecided; what is allowed is counted
    all,        ///< what is allowed, too
    explained,  ///< and the entries that lost, with why
};

/// The verdict for people: what the policy says of the case, each finding with the entry that decided, what is known of
/// the endpoint and which packets show it; limits; what the recording cannot say. Printable.
std::string verdict_to_text(const Verdict& verdict, const Report& report, VerdictDetail detail);

/// What a judged contact sent: in the phases that it was judged for, else in all.
struct JudgedVolume {
    std::uint64_t flows = 0;
    std::uint64_t payload_out = 0;
};
JudgedVolume volume_of(const JudgedContact& judged, const Contact& contact);

/// "No finding under policy ci-default", "2 violations of policy ci-default, 1 contact to be reviewed"
std::string verdict_sentence(const Verdict& verdict);

/// A verdict as JSON (docs/formats/policy.md): the same verdict gives the same octets.
std::string verdict_to_json(const Verdict& verdict, const Report& report);

}  // namespace waybill
