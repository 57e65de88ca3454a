#pragma once

#include <seccomp.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/loop.h"
#include "capture/owner/caller_processes.h"
#include "capture/owner/owner_losses.h"
#include "capture/owner/socket_facts.h"
#include "capture/owner/stopped_caller.h"

namespace waybill {

/// Whose sockets are, told by the calls of a process and of all that it starts (call_filter.h): needs no right but over
/// processes of the same user. The caller of a call stands still while it is looked at, so that no process is too short
/// to be seen; then the kernel does what was asked for. A socket that has no local port yet is given one, by bind(2),
/// for the one that the call itself would choose may be gone again by the time it could be read.
///
/// Who only uses a socket by read(2) and write(2), having got it from another process, is not seen: the one that
/// connected it is named.
class CallOwners {
public:
    /// Sockets, and remote ends, that are remembered, so that each is told once.
    static constexpr std::size_t most_remembered = 65536;

    /// `loop` and what `receive` refers to outlive this.
    CallOwners(Loop& loop, const BootClock& clock, CallerProcesses::Receive receive);
    CallOwners(const CallOwners&) = delete;
    CallOwners& operator=(const CallOwners&) = delete;
    CallOwners(CallOwners&&) = delete;
    CallOwners& operator=(CallOwners&&) = delete;
    ~CallOwners();

    /// Takes over the descriptor at which the kernel asks, of the process that has it; from here on the loop answers.
    std::error_code adopt(pid_t process, int descriptor);

    int descriptor() const
    {
        return listener_.get();
    }  ///< can be read when a call waits; borrowed; -1: nobody is asked

    /// Lets one call that waits go on. The loop does so by itself.
    void answer();

    /// Tells what is not told yet, as far as it is known.
    void finish() { processes_.finish(); }

    const CallLosses& losses() const { return losses_; }

private:
    /// That a process speaks on a socket with a remote end.
    struct Told {
        std::uint64_t cookie = 0;
        ProcessKey process;
        SocketAddress local;  // TCP: each connection of a socket has another
        SocketAddress remote;

        friend bool operator==(const Told&, const Told&) = default;
    };
    struct Hash {
        std::size_t operator()(const Told& told) const;
    };
    struct ReleaseNotice {
        void operator()(seccomp_notif* notice) const { seccomp_notify_free(notice, nullptr); }
        void operator()(seccomp_notif_resp* answer) const { seccomp_notify_free(nullptr, answer); }
    };

    void look_at(const seccomp_notif& notice);
    void executes(const seccomp_notif& notice, const ThreadFacts& caller);
    void calls(const seccomp_notif& notice, const ThreadFacts& caller);
    void speaks(int socket, SocketFacts& facts, OwnerEvent event);
    void uses(std::uint64_t cookie, OwnerEvent event);
    void calls_local(const seccomp_notif& notice, const ThreadFacts& caller, int socket);
    void settle();
    void wake_soon();

    Loop& loop_;
    CallerProcesses::Receive receive_;
    CallerProcesses processes_;
    FileDescriptor listener_;
    FileDescriptor timer_;
    std::chrono::microseconds pause_{};
    std::unique_ptr<seccomp_notif, ReleaseNotice> notice_;
    std::unique_ptr<seccomp_notif_resp, ReleaseNotice> answer_;
    std::unordered_set<Told, Hash> told_;
    std::set<std::pair<ProcessKey, std::string>> told_local_;  // datagrams: who sends to which UNIX socket
    std::unordered_map<std::uint64_t, ProcessKey> users_;      // by socket: who called last
    CallLosses losses_;
};

}  // namespace waybill
