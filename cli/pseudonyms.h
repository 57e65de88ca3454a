#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "cli/evidence_command.h"
#include "cli/failure.h"
#include "model/address.h"
#include "rules/pattern.h"

namespace waybill {

/// Replaces what was chosen in texts by pseudonyms: the same for the same, and nobody who has not the case's secret can
/// try what one stands for.
class Pseudonyms {
public:
    /// `secret` is borrowed. The error says which choice is none.
    static std::expected<Pseudonyms, Failure> of(const RedactOptions& options, Bytes secret);

    /// The text with each word, name, address and path in it that was chosen replaced.
    std::string replace(std::string_view text) const;

private:
    explicit Pseudonyms(Bytes secret) : secret_{secret} {}

    std::string pseudonym(char kind, std::string_view of) const;
    std::string replace_token(std::string_view token) const;

    Bytes secret_;
    std::vector<rules::HostPattern> hosts_;
    std::vector<AddressRange> addresses_;
    std::vector<std::string> paths_;
    std::vector<std::string> words_;
};

}  // namespace waybill
