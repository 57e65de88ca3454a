#pragma once

#include <sys/resource.h>

#include <csignal>

#include "base/file_descriptor.h"
#include "capture/network/contained_run.h"
#include "capture/network/environment.h"
#include "capture/network/unix_sockets.h"
#include "capture/owner/cgroup.h"

namespace waybill::contained {

/// What the caller prepared on the host's side and the supervisor inherits.
struct SupervisorPlan {
    const ContainedOptions& options;
    FileDescriptor control;     ///< stream socket to the caller: a UserMap, then Forwarded; back: the outcome's text
    FileDescriptor watch_line;  ///< stream socket to the caller, which sends the OwnerSource that watches
    FileDescriptor packets;     ///< the empty packet file
    FileDescriptor owners;      ///< the empty file of owners, where they are asked for
    FileDescriptor mark_pipe;   ///< whose marks are written to `marks`, which is empty; nothing: none
    FileDescriptor marks;
    FileDescriptor browser_line;     ///< to the BrowserKeeper, where there is one
    const Cgroup* cgroup = nullptr;  ///< that the command goes into, where the kernel watches; the supervisor does not
    Environment environment;         ///< the command's
    UnixSockets host_sockets;
    sigset_t signal_mask{};              ///< as it was before the caller blocked signals
    std::optional<UplinkChoice> uplink;  ///< that the caller starts; nothing in the sinkhole
    DefaultRoutes routes;                ///< that it will bring
    uid_t command_uid = 0;
    gid_t command_gid = 0;
};

/// The life of the supervisor (sinkhole.h), from the fork into the namespaces to its exit. It never returns to the
/// caller's code: what cannot go on (out of memory) ends the process, and the caller is told `internal`.
[[noreturn]] void supervise(SupervisorPlan plan) noexcept;

/// As far as a run can fail for lack of permission; tells an empty result.
[[noreturn]] void probe(const FileDescriptor& control) noexcept;

}  // namespace waybill::contained
