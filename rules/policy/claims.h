#pragma once

#include "model/report.h"
#include "model/verdict.h"
#include "rules/policy/policy.h"

namespace waybill::rules {

/// Which claims the policy makes and a gap of the recording forbids (`open`), and which gaps merely limit what "not
/// contacted" can mean in this recording (`standing`). The limits are judged already.
///
/// What a network mode can never show (the sinkhole's first contacts, names that are encrypted) forbids nothing, or no
/// run in that mode would ever pass.
void find_open_claims(const Report& report, const Policy& policy, Verdict& verdict);

}  // namespace waybill::rules
