#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "model/delegation.h"
#include "model/flow.h"
#include "model/gap.h"
#include "model/owners.h"

namespace waybill {

/// Gathers requests to listeners of this machine that are none of the recording's processes: systemd's resolver, a
/// build daemon, a container engine, a proxy that was there before.
class Delegations {
public:
    static constexpr std::size_t most_places = 4'096;  ///< processes, each with a place that it asked

    /// A flow to a loopback address at whose other end no socket of the recording is. One on which nothing was said is
    /// none: nobody was asked for anything.
    void add(const Flow& flow, std::uint64_t process);

    /// The calls of UNIX sockets, in the order of time. One that was only tried is no request where a process of the
    /// recording answered at the same name.
    void add(const std::vector<LocalSocketRecord>& called);

    /// In the order of their first times.
    std::vector<Delegation> finish(GapCounters& gaps) &&;

private:
    using Place = std::tuple<std::uint64_t, LocalSocketKind, SocketAddress, std::string>;
    Delegation* at(const Place& place, Timestamp first);

    std::map<Place, Delegation> places_;
    std::uint64_t dropped_ = 0;
};

}  // namespace waybill
