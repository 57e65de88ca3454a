#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyze/owner/owner_index.h"
#include "model/address.h"
#include "model/process.h"

namespace waybill {

/// The recording's processes that others speak to at certain ports of this machine, with their copies: a server often
/// forks one for each connection, which then makes the connection that leads on.
class ServingProcesses {
public:
    /// Of nobody.
    ServingProcesses() = default;

    /// Those that serve at loopback addresses. Both are borrowed for the call.
    static ServingProcesses on_loopback(const OwnerIndex& owners, const std::vector<Process>& processes);

    /// Those that serve at this address and port; where it is a loopback address, at any of those and at the
    /// unspecified one too. Port 0: at any port.
    static ServingProcesses at(const SocketAddress& place, const OwnerIndex& owners,
                               const std::vector<Process>& processes);

    /// Those that serve at this port, whatever the address.
    static ServingProcesses at_port(Port port, const OwnerIndex& owners, const std::vector<Process>& processes);

    /// The process that serves, which is this one, or one of which it is a copy (fork(2)); 0 where neither serves.
    std::uint64_t origin_of(std::uint64_t process) const;

private:
    ServingProcesses(const std::unordered_set<std::uint64_t>& serving, const std::vector<Process>& processes);

    std::unordered_map<std::uint64_t, std::uint64_t> origins_;  // by process
};

}  // namespace waybill
