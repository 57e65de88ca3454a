#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/text_buffer.h"
#include "model/flow_facts.h"

namespace waybill {

/// Writes what the line of a flow says of its TLS. Flows share fingerprints, so what a line says of one is written once
/// and then copied: nearly always there is one hello, with a JA3 of its own between what is shared.
class TlsMembers {
public:
    /// Appends the member `tls`; nothing of a flow that has no TLS.
    void write(JsonWriter& json, const FlowFacts& facts);

private:
    /// The texts of a fingerprint. It is kept as long, so that its address means no other.
    struct Known {
        std::shared_ptr<const HelloFingerprint> fingerprint;
        std::string before_ja3;
        std::string behind_ja3;
    };

    const Known& known(const std::shared_ptr<const HelloFingerprint>& fingerprint);

    /// Many times as many as there are fingerprints in most captures: of two that want one place, the later one has it.
    static constexpr std::size_t places = 2048;

    std::vector<Known> known_ = std::vector<Known>(places);
    TextBuffer text_;  // its room is kept from call to call
};

}  // namespace waybill
