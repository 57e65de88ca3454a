#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/flow.h"
#include "model/owners.h"

namespace waybill {

/// What is asked of a flow.
struct OwnedFlow {
    std::uint8_t protocol = 0;      ///< IP protocol number
    std::uint8_t tunnel_depth = 0;  ///< 0 = outermost
    SocketAddress client;
    SocketAddress server;
    Timestamp first;  ///< its first packet
};

/// Whose a flow is, by what a recording knows of its sockets.
///
/// A flow's owner is the process on its client's side; where only the server's side is of the recording (a connection
/// that came in), the process there. Only the whole five-tuple and the time join them, never a port alone: the wrong
/// process is worse than none.
class OwnerIndex {
public:
    /// By how much a packet's time may lie before that of its socket's event, though the event came first: the clocks
    /// are one machine's, read for both.
    static constexpr std::chrono::microseconds tolerance{200};
    /// By how much where no socket had these ends before: who accepts a connection is told after its first packet.
    static constexpr std::chrono::milliseconds late{5};

    explicit OwnerIndex(const Owners& owners);

    FlowOwner find(const OwnedFlow& flow) const;

    /// Who is at the server's end of a flow; nothing where no socket of the recording is.
    std::optional<FlowOwner> find_server(const OwnedFlow& flow) const;

    /// Calls `take` for each socket that a connection or a datagram came in on, and for each that listens, with where
    /// it is bound, of which the address may be unspecified, and whose it is. In no set order.
    void for_each_server(const std::function<void(const SocketAddress&, const FlowOwner&)>& take) const;

    /// Whether another socket has taken over these two ends between two packets: then the second one is another flow's.
    bool changes_between(std::uint8_t protocol, const SocketAddress& one, const SocketAddress& other, Timestamp earlier,
                         Timestamp later) const;

    /// Some ends have several sockets: else nothing ever changes.
    bool reuses_ends() const { return reuses_; }

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

    const SocketRecord* in_force(const Ends& ends, Timestamp first) const;
    const SocketRecord* listening(const Ends& ends, Timestamp first) const;
    FlowOwner owner_of(const SocketRecord& socket) const;

    std::unordered_map<Ends, Found, Hash> sockets_;                   // of each the sockets in the order of time
    std::unordered_map<Ends, Found, Hash> listeners_;                 // that no connection is told of; without remote
    bool reuses_ = false;                                             // some ends have several sockets
    std::unordered_map<std::uint64_t, std::vector<SocketUse>> uses_;  // by socket
};

}  // namespace waybill
