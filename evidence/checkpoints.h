#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/line_chain.h"

namespace waybill::evidence {

constexpr std::string_view checkpoints_file = "data/checkpoints.ndjson";

/// How far a file had been written, and what it was up to there.
struct WrittenPart {
    std::string file;  ///< below data/
    std::uint64_t octets = 0;
    std::string sha256;

    friend bool operator==(const WrittenPart&, const WrittenPart&) = default;
};

/// What a recording had written at a time: a line of checkpoints.ndjson.
struct Checkpoint {
    ChainLink link;
    std::string at;               ///< RFC 3339 in UTC
    std::int64_t since_boot = 0;  ///< nanoseconds by CLOCK_BOOTTIME, which nobody sets, at the same moment
    bool is_end = false;          ///< the recording ended by itself
    std::vector<WrittenPart> parts;

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

using Checkpoints = LineChain<Checkpoint>;

/// The one way in which a checkpoint is written, without its line feed.
std::string checkpoint_line(const Checkpoint& checkpoint);

/// Signs the checkpoint as it is.
void sign(Checkpoint& checkpoint, const SigningKey& key);

/// Whether the checkpoint's signature is by this key.
bool is_signed_by(const Checkpoint& checkpoint, const PublicKey& key);

/// Any octets give the checkpoints that stand in one chain, and why no more do. Of each file none has less than the one
/// before.
Checkpoints parse_checkpoints(std::string_view text);

}  // namespace waybill::evidence
