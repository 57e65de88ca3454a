#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "evidence/redaction.h"
#include "evidence/seal.h"
#include "evidence/statement.h"
#include "evidence/verify.h"
#include "tests/evidence/memory_folder.h"

namespace waybill::test {

/// Signs one of the envelopes beside the seal, adds it to the files, and gives what bag-info.txt says of it.
inline std::string further(MemoryFolder::Files& files, std::string_view file, evidence::Envelope envelope,
                           std::span<const evidence::SigningKey> keys)
{
    for (const evidence::SigningKey& key : keys)
        evidence::sign(envelope, key);
    files.emplace(file, evidence::envelope_text(envelope));
    return sha256_hex(std::as_bytes(std::span{envelope.payload}));
}

/// A case with these files below data/, a verdict and what ties shares to it, sealed by these keys.
inline MemoryFolder::Files sealed(MemoryFolder::Files files, std::span<const evidence::SigningKey> keys)
{
    MemoryFolder folder{files};
    const auto payload = evidence::read_payload(folder);
    REQUIRE(payload.has_value());
    const nlohmann::ordered_json predicate{{"monitor", {{"type", "urn:waybill:monitor:1"}}}};
    evidence::BagInfo info{"2026-11-27", "Waybill 0.1.0", payload->octets, payload->files.size(), 0, {}, {}, {}};
    const evidence::Statement fields{std::string{evidence::fields_predicate},
                                     {{"data/a#fields", std::string(64, '0')}}};
    info.fields = further(files, evidence::fields_seal_file, evidence::fields_envelope(fields), keys);
    info.verdict =
        further(files, evidence::verdict_seal_file,
                evidence::verdict_envelope(*payload, {{"verifier", {{"id", "urn:waybill:verifier:1"}}}}), keys);
    evidence::Seal seal = evidence::make_seal(*payload, info, predicate);
    for (const evidence::SigningKey& key : keys)
        evidence::sign(seal.envelope, key);
    for (const evidence::TagFile& tag : seal.tags)
        files.emplace(tag.path, tag.text);
    files.emplace(evidence::seal_file, evidence::envelope_text(seal.envelope));
    return files;
}

inline evidence::Verification verified(const MemoryFolder::Files& files, std::span<const evidence::PublicKey> keys)
{
    MemoryFolder folder{files};
    return evidence::verify(folder, {keys, std::nullopt});
}

/// `item: what` of each fault, a line each.
inline std::string faults_text(const evidence::Verification& verification)
{
    std::string text;
    for (const evidence::Fault& fault : verification.faults)
        text += fault.item + ": " + fault.what + "\n";
    return text;
}

}  // namespace waybill::test
