#pragma once

#include "evidence/bag.h"
#include "evidence/verify.h"

// The parts of a verification that stand by themselves: what was noted down while a case was recorded, and afterwards.

namespace waybill::evidence {

/// Holds custody.ndjson against what was sealed of it, and its signatures against the keys.
void check_custody(Folder& folder, const Trust& trust, const BagInfo& info, bool is_there, Verification& result);

/// Holds fields.dsse.json, by which shares are tied to the case, against what was sealed of it.
void check_fields_seal(Folder& folder, const Trust& trust, const BagInfo& info, bool is_there, Verification& result);

/// Holds verdict.dsse.json, what a policy says of the case, against what was sealed of it and of the payload.
void check_verdict_seal(Folder& folder, const Trust& trust, const BagInfo& info, bool is_there,
                        const std::vector<ManifestLine>& payload, Verification& result);

/// Holds each file of the recording against every checkpoint, where the case has any.
void check_checkpoints(Folder& folder, const Trust& trust, Verification& result);

}  // namespace waybill::evidence
