#pragma once

#include <string>
#include <string_view>

#include "evidence/line_chain.h"

namespace waybill::evidence {

constexpr std::string_view custody_file = "custody.ndjson";

/// Who had a case, and what they did with it: a line of custody.ndjson.
struct CustodyEntry {
    ChainLink link;
    std::string at;    ///< RFC 3339 in UTC
    std::string by;    ///< whom they say they are
    std::string what;  ///< "handed to …"
    std::string seal;  ///< SHA-256 of the seal as it was then; empty: the case was not sealed

    friend bool operator==(const CustodyEntry&, const CustodyEntry&) = default;
};

using Custody = LineChain<CustodyEntry>;

/// The one way in which an entry is written, without its line feed.
std::string custody_line(const CustodyEntry& entry);

/// Signs the entry as it is.
void sign(CustodyEntry& entry, const SigningKey& key);

/// Whether the entry's signature is by this key.
bool is_signed_by(const CustodyEntry& entry, const PublicKey& key);

/// Any octets give the entries that stand in one chain, and why no more do.
Custody parse_custody(std::string_view text);

}  // namespace waybill::evidence
