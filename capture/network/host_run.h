#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "capture/mark/mark_files.h"
#include "capture/network/command_end.h"
#include "capture/network/held_signals.h"
#include "capture/network/run_error.h"
#include "capture/owner/process_table.h"
#include "capture/owner/recording_process.h"
#include "capture/pcapng_writer.h"
#include "capture/privileges.h"
#include "capture/recorder.h"
#include "capture/terminal/steering.h"
#include "model/time.h"

namespace waybill {

/// A command to be run on the host's own network.
struct HostRunOptions {
    std::vector<std::string> command;    ///< the program and its arguments; the program is looked up in PATH
    std::filesystem::path packets_file;  ///< pcapng; must not exist yet
    std::filesystem::path owners_file;   ///< owners.ndjson; must not exist yet
    PcapngSection section;               ///< what the packets' file tells of its making
    Trimmer trimmer;                     ///< which octets of a packet are kept; without one, all
    std::optional<std::filesystem::path> fresh_home;  ///< becomes HOME, with the XDG folders in it (fresh_home.h)
    bool clean_environment = false;                   ///< only PATH, TERM, LANG and the like are passed on
    std::vector<std::string> variables;               ///< NAME=value, beside the caller's or in their place
    std::optional<UserIdentity> user;                 ///< whom root runs the command as (privileges.h)
    ProcessTable::Arguments arguments = ProcessTable::Arguments::without_secrets;
    std::optional<MarkFiles> marks;  ///< nothing: none are taken
    /// How long what the command leaves behind is watched; nothing: until the last of its tree has ended.
    std::optional<std::chrono::milliseconds> linger;
    std::optional<std::chrono::milliseconds> timeout;  ///< of the command, which is ended then with all its processes
    /// Held by the caller already; null: they are held for the run.
    const contained::HeldSignals* signals = nullptr;
    const Steering* steering = nullptr;  ///< of a command in a terminal; borrowed; null: its streams are the caller's
};

struct HostRunResult {
    CommandEnd command;
    Timestamp started;  ///< before the command was executed
    Timestamp command_ended;
    Timestamp ended;
    OwnerRecording recording;
    bool left_processes = false;  ///< some of the command's tree ran on when the recording ended
};

/// Runs the command in a cgroup of its own and records what its sockets send and receive, and whose they are. Nothing
/// else of the host changes: interfaces, routes, firewall, settings and resolver stay as they are. The terminal, stdin
/// and signals are the command's. Needs root; the caller must have one thread.
std::expected<HostRunResult, RunError> run_on_host(const HostRunOptions& options);

}  // namespace waybill
