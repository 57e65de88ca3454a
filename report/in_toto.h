#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/report.h"
#include "model/verdict.h"

namespace waybill {

/// What a report says as the predicate of an in-toto attestation: Runtime Trace 0.1
/// (github.com/in-toto/attestation, spec/predicates/runtime-trace.md).
nlohmann::ordered_json runtime_trace_predicate(const Report& report);

/// What a verdict says as the predicate of an in-toto attestation: Simple Verification Result 0.2
/// (spec/predicates/svr.md there). Only what holds is a property: WAYBILL_POLICY_PASSED (no finding, and nothing that
/// was missed leaves one open), WAYBILL_NO_DENIED_ENDPOINT (nothing seen is denied, no limit exceeded),
/// WAYBILL_NO_UNDECLARED_ENDPOINT (the policy allows each contact), WAYBILL_COMPLETE_CAPTURE (no input was lost).
/// `policy_file` is where the policy stands in the case.
nlohmann::ordered_json verification_result_predicate(const Verdict& verdict, const Report& report, Timestamp judged,
                                                     std::string_view policy_file);

}  // namespace waybill
