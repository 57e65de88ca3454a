#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/envelope.h"
#include "evidence/key.h"
#include "evidence/manifest.h"

namespace waybill::evidence {

constexpr std::string_view custody_file = "custody.ndjson";

/// Who had a case, and what they did with it: a line of custody.ndjson.
struct CustodyEntry {
    std::uint64_t number = 0;  ///< from 1
    std::string at;            ///< RFC 3339 in UTC
    std::string by;            ///< whom they say they are
    std::string what;          ///< "handed to …"
    std::string seal;          ///< SHA-256 of the seal as it was then; empty: the case was not sealed
    std::string previous;      ///< SHA-256 of the line before without its line feed; empty in the first one
    std::optional<Signature> signature;

    friend bool operator==(const CustodyEntry&, const CustodyEntry&) = default;
};

/// What a custody file says, and what is wrong with it.
struct Custody {
    std::vector<CustodyEntry> entries;  ///< up to the first fault
    std::vector<Fault> faults;

    /// What `previous` of the next entry is.
    std::string head() const;
};

/// The one way in which an entry is written, without its line feed.
std::string custody_line(const CustodyEntry& entry);

/// Signs the entry as it is.
void sign(CustodyEntry& entry, const SigningKey& key);

/// Whether the entry's signature is by this key.
bool is_signed_by(const CustodyEntry& entry, const PublicKey& key);

/// Any octets give the entries that stand in one chain, and why no more do.
Custody parse_custody(std::string_view text);

}  // namespace waybill::evidence
