#pragma once

#include <cstdint>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evidence/bag.h"
#include "evidence/envelope.h"
#include "evidence/folder.h"
#include "evidence/key.h"
#include "evidence/manifest.h"

namespace waybill::evidence {

/// The files below data/ with their digests.
struct Payload {
    std::vector<ManifestLine> files;
    std::uint64_t octets = 0;
};

/// Reads the payload of a case that is to be sealed. The error names what a bag cannot hold: a link, a device, a name
/// that not every system can have.
std::expected<Payload, std::string> read_payload(Folder& folder);

/// What is to be written to make a bag of a case: its tag files, and the envelope that is still without a signature.
struct Seal {
    std::array<TagFile, 4> tags;
    Envelope envelope;
};

/// `predicate` is what is said of the recording: a runtime trace.
Seal make_seal(const Payload& payload, const BagInfo& info, const nlohmann::ordered_json& predicate);

/// An envelope around what a policy says of these files, a simple verification result; still without a signature.
Envelope verdict_envelope(const Payload& payload, const nlohmann::ordered_json& predicate);

/// Adds the signature by `key`.
void sign(Envelope& envelope, const SigningKey& key);

}  // namespace waybill::evidence
