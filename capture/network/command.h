#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "capture/network/run_error.h"
#include "capture/owner/call_owners.h"
#include "capture/owner/cgroup.h"
#include "capture/privileges.h"

namespace waybill::contained {

/// What a command is kept from.
enum class Confinement : std::uint8_t {
    none,       ///< nothing: it is as if it had been started without Waybill
    contained,  ///< privileges, sockets that lead out of its namespaces, inherited sockets
};

/// How the command is started.
struct CommandPlan {
    std::vector<std::string> arguments;    ///< the program first, looked up in PATH as a shell does
    std::vector<std::string> environment;  ///< NAME=value
    std::optional<UserIdentity> user;      ///< whom it runs as; else as the user who called
    Confinement confinement = Confinement::contained;
    const Cgroup* cgroup = nullptr;  ///< joined first; borrowed; null: the caller's
    CallOwners* calls = nullptr;     ///< is asked before its calls; borrowed; null: nobody is
    int terminal = -1;               ///< becomes its standard streams; borrowed; -1: they stay the caller's
    CapabilitySet kept;  ///< in a sinkhole; nothing but for root, who needs some to use files and users as root does
    sigset_t signal_mask{};  ///< blocked signals, as the caller had them
    rlimit open_files{};     ///< RLIMIT_NOFILE, as the caller had it
};

/// What root keeps inside: the rights over files, users and low ports, none over networks, mounts or processes.
CapabilitySet capabilities_of_root();

/// A command that runs, or why its program could not be executed.
struct StartedCommand {
    pid_t process = 0;
    int execution_error = 0;              ///< errno of execve(2); 0 when it runs
    std::error_code calls_not_watched{};  ///< why nobody is asked before its calls, where somebody should be
};

/// Forks and executes. In a sinkhole, before the program runs its capabilities are restricted, new privileges forbidden
/// and its sockets limited (seccomp_filter.h); inherited descriptors that are sockets, apart from 0 to 2, are closed.
/// The error is of one of these steps: the program was not executed.
std::expected<StartedCommand, RunError> start_command(const CommandPlan& plan);

}  // namespace waybill::contained
