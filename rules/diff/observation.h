#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/diff.h"
#include "model/process.h"
#include "model/report.h"

namespace waybill::diff {

/// Which endpoint a contact counts to (rules::identity_of).
DiffEndpoint endpoint_of(const RatedContact& rated);

/// What a program is called in any of its versions: its package, its script's file or its executable's. Where that file
/// is named after a version, the name that it was called by, or else the folder that it is in.
std::string program_of(const Process& process);

/// What one run showed of an endpoint, by whichever processes.
struct Seen {
    std::uint64_t ip_bytes_out = 0;
    std::uint64_t ip_bytes_in = 0;
    std::uint64_t flows = 0;
    std::set<std::string> programs;
    std::set<std::string> protocols;
    std::set<std::string> alpn_offered;  ///< lists, as "h2,http/1.1"
    std::set<std::string> alpn_chosen;
    std::set<std::string> ja4;
    bool has_more_tls = false;  ///< not all of the last three is known
};

/// An endpoint in the runs of both sides, in their order.
struct Observed {
    Rating rating;
    BeforeAfter<std::vector<std::optional<Seen>>> runs;
};

using Observations = std::map<DiffEndpoint, Observed>;

/// Every endpoint of either side's reports.
Observations observe(const BeforeAfter<std::span<const Report>>& sides);

}  // namespace waybill::diff
