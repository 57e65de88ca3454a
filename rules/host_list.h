#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/purpose.h"
#include "rules/public_suffix.h"
#include "rules/source.h"

namespace waybill::rules {

/// A list of hosts that somebody else keeps, in the format of hosts(5) or with one name a line.
struct HostList {
    std::vector<std::string> hosts;    ///< in their order, each once, in lower case
    std::uint64_t not_understood = 0;  ///< lines that are neither
    std::uint64_t own_names = 0;       ///< names of the machine itself, such as localhost, left out
};

/// Reads such a list: `0.0.0.0 host`, `127.0.0.1 host other`, `::1 host`, or `host`. What follows a `#` or a `!` is a
/// comment.
HostList read_host_list(std::string_view text);

/// What a list cannot say of itself.
struct HostListFacts {
    std::string id;
    std::string title;
    std::string vendor;  ///< who runs these hosts; "several"
    std::string licence;
    std::string url;
    std::vector<Purpose> purposes;
    Date read{};
    bool whole_domains = false;  ///< each name stands for all that is below it, too
};

/// The list as a pack with one rule, of the grade third-party.
std::string host_list_pack(const HostList& list, const HostListFacts& facts, const PublicSuffixList& suffixes);

}  // namespace waybill::rules
