#pragma once

#include <string_view>
#include <vector>

#include "evidence/bag.h"
#include "evidence/verify.h"

// The parts of a verification that stand by themselves: what was noted down while a case was recorded, and afterwards.

namespace waybill::evidence {

/// Holds custody.ndjson against what was sealed of it, and its signatures against the keys.
void check_custody(Folder& folder, const Trust& trust, const BagInfo& info, bool is_there, Verification& result);

/// An envelope beside the seal, to which bag-info.txt ties it.
struct FurtherSeal {
    std::string_view file;
    std::string_view sealed;  ///< SHA-256 of what it signs; empty: none was sealed
    bool is_there;
};

/// Holds fields.dsse.json, by which shares are tied to the case, against what was sealed of it.
void check_fields_seal(Folder& folder, const Trust& trust, const FurtherSeal& seal, Verification& result);

/// Holds verdict.dsse.json, what a policy says of the case, against what was sealed of it and of the payload.
void check_verdict_seal(Folder& folder, const Trust& trust, const FurtherSeal& seal,
                        const std::vector<ManifestLine>& payload, Verification& result);

/// Holds each file of the recording against every checkpoint, where the case has any.
void check_checkpoints(Folder& folder, const Trust& trust, Verification& result);

}  // namespace waybill::evidence
