#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/custody.h"
#include "evidence/envelope.h"
#include "evidence/folder.h"
#include "evidence/key.h"
#include "evidence/manifest.h"
#include "evidence/timestamp.h"

namespace waybill::evidence {

constexpr std::string_view seal_file = "seal.dsse.json";
constexpr std::string_view fields_seal_file = "fields.dsse.json";
constexpr std::string_view verdict_seal_file = "verdict.dsse.json";
constexpr std::string_view timestamp_file = "seal.dsse.json.tsr";

/// Whom a verifier trusts.
struct Trust {
    std::span<const PublicKey> keys;   ///< borrowed
    std::optional<std::string> roots;  ///< of time-stamp authorities: certificates in PEM
};

/// A signature of the seal, held against the keys that the verifier gave.
struct CheckedSignature {
    std::string key_id;     ///< as the envelope says, where no given key made it
    bool verified = false;  ///< by a given key

    friend bool operator==(const CheckedSignature&, const CheckedSignature&) = default;
};

/// What a sealed case is, as far as can be told from it and the keys that were given.
struct Verification {
    enum class Outcome : std::uint8_t {
        valid,        ///< everything is as it was when a given key sealed it
        unknown_key,  ///< nothing contradicts, and no given key signed it
        not_sealed,   ///< there is no seal, and its checkpoints, where it has any, hold
        broken,
    };

    static constexpr std::size_t most_faults = 200;

    std::vector<Fault> faults;  ///< in the order in which they were found
    std::uint64_t more_faults = 0;
    std::vector<CheckedSignature> signatures;
    std::optional<CheckedTimestamp> timestamp;
    std::vector<CustodyEntry> custody;    ///< in one chain
    std::uint64_t sealed_custody = 0;     ///< of these, how many the seal covers
    std::uint64_t unchecked_custody = 0;  ///< of the others, those that no given key signed
    std::uint64_t files = 0;              ///< of the payload, whose digests hold
    std::uint64_t octets = 0;
    bool has_verdict = false;  ///< a policy's, sealed with the case
    std::string seal_sha256;   ///< of the envelope; empty where it could not be read
    std::string bagging_date;  ///< as the bag says; empty where it does not
    std::string software;

    bool is_sealed = true;
    std::uint64_t checkpoints = 0;         ///< that were made while it was recorded, and hold
    std::uint64_t signed_checkpoints = 0;  ///< of these, by a given key
    bool has_ended = false;                ///< the last one says that the recording ended by itself
    std::uint64_t after_checkpoints = 0;   ///< octets of the recording behind the last one

    void object(std::string item, std::string what);
    std::uint64_t fault_count() const { return faults.size() + more_faults; }
    Outcome outcome() const;
};

/// Holds an envelope's signatures against the keys. Which key made one is found out, not believed. `file` is the
/// envelope's, for the faults.
void check_signatures(const Envelope& envelope, std::string_view file, const Trust& trust, Verification& result);

/// Checks a sealed case and trusts nothing in it: what is in the folder, the tag files and their one form, every
/// digest, and the seal's signatures, its time-stamp and the chain of
/// custody. Time is in proportion to the octets that are there, memory bounded.
Verification verify(Folder& folder, const Trust& trust);

}  // namespace waybill::evidence
