#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/flow.h"
#include "model/owners.h"

namespace waybill {

/// What is asked of a flow.
struct OwnedFlow {
    std::uint8_t protocol = 0;  ///< IP protocol number
    SocketAddress client;
    SocketAddress server;
    Timestamp first;
    Timestamp last;
};

/// Who had to do with a flow's socket, by ids; each may be unknown.
struct FlowOwner {
    Owner owner;                       ///< the one that counts: who used the socket, where that is one process
    std::uint64_t creator = 0;         ///< who made it
    std::uint64_t connector = 0;       ///< who connected it
    std::vector<std::uint64_t> users;  ///< who sent or received on it, in the order in which they began

    friend bool operator==(const FlowOwner&, const FlowOwner&) = default;
};

/// Whose a flow is, by what a recording knows of its sockets.
///
/// A flow's owner is the process on its client's side; where only the server's side is of the recording (a connection
/// that came in), the process there. Only the whole five-tuple and the time join them, never a port alone: the wrong
/// process is worse than none.
class OwnerIndex {
public:
    /// How far a socket's event and its first packet may stand apart: they are told by different clocks of one machine.
    static constexpr std::chrono::milliseconds tolerance{5};

    explicit OwnerIndex(const Owners& owners);

    FlowOwner find(const OwnedFlow& flow) const;

    /// The first moment after `after` in which another socket takes over these two ends: packets from then on are
    /// another flow's. Nothing where that never happens.
    std::optional<Timestamp> next_socket(std::uint8_t protocol, const SocketAddress& one, const SocketAddress& other,
                                         Timestamp after) const;

    bool empty() const { return sockets_.empty(); }

private:
    struct Ends {
        std::uint8_t protocol = 0;
        SocketAddress local;
        SocketAddress remote;

        friend bool operator==(const Ends&, const Ends&) = default;
    };
    struct Hash {
        std::size_t operator()(const Ends& ends) const;
    };
    using Found = std::vector<SocketRecord>;

    const SocketRecord* in_force(const Ends& ends, const OwnedFlow& flow) const;
    FlowOwner owner_of(const SocketRecord& socket) const;

    std::unordered_map<Ends, Found, Hash> sockets_;                   // of each the sockets in the order of time
    std::unordered_map<std::uint64_t, std::vector<SocketUse>> uses_;  // by socket
};

}  // namespace waybill
