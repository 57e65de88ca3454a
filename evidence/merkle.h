#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/digest.h"

namespace waybill::evidence {

/// The root of a Merkle tree over leaves that come one after another, as RFC 9162, 2.1.1 has it: in memory of its
/// height.
class MerkleRoot {
public:
    /// A leaf's own digest, which must come from leaf_digest() or be of its form.
    void add(const Sha256& leaf);

    std::uint64_t leaves() const { return leaves_; }

    /// The root of the leaves so far; of none SHA-256 of nothing.
    Sha256 root() const;

private:
    std::vector<std::pair<std::uint64_t, Sha256>> subtrees_;  // of falling sizes, each a power of two
    std::uint64_t leaves_ = 0;
};

/// SHA-256 of an octet 0 and the leaf's octets.
Sha256 leaf_digest(Bytes leaf);

}  // namespace waybill::evidence
