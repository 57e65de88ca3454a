#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "evidence/seal.h"
#include "evidence/verify.h"
#include "tests/evidence/memory_folder.h"

namespace waybill::test {

/// A case with these files below data/, sealed by these keys.
inline MemoryFolder::Files sealed(MemoryFolder::Files files, std::span<const evidence::SigningKey> keys)
{
    MemoryFolder folder{files};
    const auto payload = evidence::read_payload(folder);
    REQUIRE(payload.has_value());
    const nlohmann::ordered_json predicate{{"monitor", {{"type", "urn:waybill:monitor:1"}}}};
    evidence::Seal seal = evidence::make_seal(
        *payload, {"2026-11-27", "Waybill 0.1.0", payload->octets, payload->files.size(), 0, {}}, predicate);
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
