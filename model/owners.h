#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/delegation.h"
#include "model/endpoint.h"
#include "model/flow.h"
#include "model/package_tree.h"
#include "model/process.h"
#include "model/time.h"

namespace waybill {

/// The first packet between a socket and a remote end, and whose the socket was. Processes are by their ids, 0 where
/// none is known.
struct SocketRecord {
    Timestamp at;
    std::uint64_t socket = 0;             ///< tells it from all others since boot; 0: not known
    std::uint32_t network_namespace = 0;  ///< inode; 0: not known
    std::uint8_t protocol = 0;            ///< IP protocol number
    SocketAddress local;                  ///< port 0 where the protocol has none
    SocketAddress remote;
    std::uint64_t creator = 0;    ///< who made it, or the listening socket that accepted it
    std::uint64_t connector = 0;  ///< who connected it
    std::uint64_t user = 0;       ///< who had sent or received on it by then
    bool is_inbound = false;
    bool is_pre_existing = false;  ///< it was there before the recording
    bool is_frame = false;         ///< of a packet socket: past IP

    friend bool operator==(const SocketRecord&, const SocketRecord&) = default;
};

/// A process sends or receives on a socket that another made or connected.
struct SocketUse {
    Timestamp at;
    std::uint64_t socket = 0;
    std::uint64_t process = 0;
    bool was_used = false;  ///< its connector or creator had used it before

    friend bool operator==(const SocketUse&, const SocketUse&) = default;
};

/// A process speaks to a UNIX socket that has a name.
struct LocalSocketRecord {
    Timestamp at;
    std::uint64_t socket = 0;  ///< of the process, as in SocketRecord; 0: not known
    std::uint64_t process = 0;
    LocalSocketKind kind = LocalSocketKind::unix_stream;
    std::string path;                ///< printable; an abstract name begins with "@". As it was called, or it was bound
    std::uint32_t listener_pid = 0;  ///< as Waybill sees it; 0: not known
    std::string listener;            ///< the executable of who listens; empty: not known
    LocalSocketOutcome outcome = LocalSocketOutcome::tried;
    bool is_inside = false;  ///< who listens is a process of the recording

    friend bool operator==(const LocalSocketRecord&, const LocalSocketRecord&) = default;
};

/// Who had to do with a flow's socket, by ids; each may be unknown.
struct FlowOwner {
    Owner owner;                       ///< the one that counts: who used the socket, where that is one process
    std::uint64_t creator = 0;         ///< who made it
    std::uint64_t connector = 0;       ///< who connected it
    std::vector<std::uint64_t> users;  ///< who sent or received on it, in the order in which they began

    friend bool operator==(const FlowOwner&, const FlowOwner&) = default;
};

/// What a recording knows of whose its packets are: owners.ndjson (docs/formats/case.md). In the order of time.
struct Owners {
    std::vector<Process> processes;  ///< by id: the first is number 1
    std::vector<SocketRecord> sockets;
    std::vector<SocketUse> uses;
    std::vector<LocalSocketRecord> local_sockets;
    /// Inode of the one that the packets are of: sockets of others have nothing to do with them. 0: packets of any.
    std::uint32_t network_namespace = 0;
    std::vector<PackageTree> package_trees = {};  ///< by when they had been read

    friend bool operator==(const Owners&, const Owners&) = default;
};

}  // namespace waybill
