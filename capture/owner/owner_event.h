#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/delegation.h"
#include "model/endpoint.h"
#include "model/time.h"

namespace waybill {

/// A process as the kernel tells it from all others since boot: a number is used again, a start is not.
struct ProcessKey {
    std::chrono::nanoseconds start{};  ///< since boot, suspended time included; 0: no process
    std::uint32_t pid = 0;             ///< in Waybill's pid namespace, 0 where that does not see it
    std::uint32_t inner_pid = 0;       ///< in its own pid namespace: what getpid(2) tells it

    explicit operator bool() const { return start.count() != 0; }
    friend auto operator<=>(const ProcessKey&, const ProcessKey&) = default;
};

/// The subject began a process, which is a copy of it.
struct ProcessForked {
    ProcessKey child;

    friend bool operator==(const ProcessForked&, const ProcessForked&) = default;
};

/// The subject executes a program.
struct ProgramExecuted {
    ProcessKey parent;
    std::string path;  ///< of what runs: of a script its interpreter, as its first line names it
    std::vector<std::string> arguments;
    std::uint64_t argument_octets = 0;  ///< of all arguments with their zeros, also those beyond what was copied
    std::uint64_t cgroup = 0;           ///< its number in the cgroup v2 hierarchy; 0: not known

    friend bool operator==(const ProgramExecuted&, const ProgramExecuted&) = default;
};

/// The last thread of the subject ended.
struct ProcessEnded {
    std::optional<int> status;  ///< as wait(2) gives it; nothing where only its parent is told

    friend bool operator==(const ProcessEnded&, const ProcessEnded&) = default;
};

/// The subject, or a thread of it, is outside of the watched cgroup from now on: what it sends from sockets that are
/// made since is not seen.
struct ProcessLeft {
    friend bool operator==(const ProcessLeft&, const ProcessLeft&) = default;
};

/// Who had to do with a socket. Each may be unknown.
struct SocketRoles {
    ProcessKey creator;    ///< of it, or of the listening socket that accepted it
    ProcessKey connector;  ///< who called connect(2)
    ProcessKey user;       ///< who sent or received last

    friend bool operator==(const SocketRoles&, const SocketRoles&) = default;
};

/// The first packet between a socket and a remote end.
struct SocketFlow {
    enum class Kind : std::uint8_t {
        packet,  ///< of an IP socket
        frame,   ///< of a packet socket (packet(7)), whose process is the subject
    };
    Kind kind = Kind::packet;
    std::uint64_t socket = 0;  ///< SO_COOKIE; 0: not known
    SocketRoles roles;
    std::uint32_t network_namespace = 0;  ///< inode; 0: not known
    std::uint8_t protocol = 0;            ///< IP protocol number
    SocketAddress local;                  ///< port 0 where the protocol has none; no address where it is not IP
    SocketAddress remote;                 ///< likewise
    bool is_inbound = false;
    bool is_pre_existing = false;  ///< the socket was there before the recording

    friend bool operator==(const SocketFlow&, const SocketFlow&) = default;
};

/// The subject sends or receives on a socket that another process made or connected, or that another used before.
struct SocketUsed {
    std::uint64_t socket = 0;
    SocketRoles roles;
    bool was_used = false;  ///< by its connector or creator before

    friend bool operator==(const SocketUsed&, const SocketUsed&) = default;
};

/// The subject speaks to a UNIX socket that has a name (unix(7)).
struct LocalSocketCalled {
    std::uint64_t socket = 0;  ///< SO_COOKIE of the subject's; 0: not known
    LocalSocketKind kind = LocalSocketKind::unix_stream;
    std::string path;     ///< printable; an abstract name begins with "@"
    ProcessKey listener;  ///< nobody where not known; without a start where it was gone by then
    LocalSocketOutcome outcome = LocalSocketOutcome::tried;
    bool is_inside = false;  ///< the other socket is known to be of the recording's processes

    friend bool operator==(const LocalSocketCalled&, const LocalSocketCalled&) = default;
};

/// One thing that a process did, in the order in which the kernel tells.
struct OwnerEvent {
    Timestamp at;
    ProcessKey subject;     ///< nobody for a packet, which may be sent by the kernel in anyone's time
    std::uint32_t uid = 0;  ///< the subject's
    std::variant<ProcessForked, ProgramExecuted, ProcessEnded, SocketFlow, SocketUsed, LocalSocketCalled, ProcessLeft>
        what;

    friend bool operator==(const OwnerEvent&, const OwnerEvent&) = default;
};

}  // namespace waybill
