#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/report.h"

namespace waybill {

/// What a report says as the predicate of an in-toto attestation: Runtime Trace 0.1
/// (github.com/in-toto/attestation, spec/predicates/runtime-trace.md).
nlohmann::ordered_json runtime_trace_predicate(const Report& report);

}  // namespace waybill
