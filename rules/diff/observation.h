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

/// Ports from here on are given by systems to whoever asks for any: Linux's ip_local_port_range (ip(7)) and the dynamic
/// ports of RFC 6335, 6 begin here or later. A server on loopback often has such a port, another one in each run.
constexpr Port first_passing_port{32'768};

/// Which endpoint a contact counts to: its host; the pattern of its rule where that has a wildcard inside a label or a
/// {name} (a leading `*.` alone folds nothing); or its address. Passing ports on loopback are one endpoint.
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
