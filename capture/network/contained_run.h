#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "capture/browser/browser_keeper.h"
#include "capture/child_process.h"
#include "capture/live.h"
#include "capture/mark/mark_files.h"
#include "capture/network/command_end.h"
#include "capture/network/held_signals.h"
#include "capture/network/run_error.h"
#include "capture/network/synthetic_addresses.h"
#include "capture/network/uplink.h"
#include "capture/owner/owner_recording.h"
#include "capture/owner/process_table.h"
#include "capture/privileges.h"
#include "capture/recorder.h"
#include "capture/terminal/steering.h"
#include "model/time.h"

namespace waybill {

/// What the network of a contained run leads to.
enum class Outside : std::uint8_t {
    nothing,  ///< the sinkhole: every name and address answers, and nothing leaves the machine
    uplink,   ///< the host's network, by a program that needs no privilege (uplink.h)
};

/// Whose browser opens what the command asks to have opened.
struct BrowserChoice {
    std::optional<UserIdentity> user;  ///< where that is not the caller
    bool is_started = true;            ///< else its addresses are shown alone
};

/// Processes of a run that has ended, as long as the kernel takes back what they had open: tens of milliseconds, in
/// which its recording can be analysed. They are waited for when this object goes, and have gone then.
struct Remains {
    ChildProcess supervisor;
    std::optional<contained::Uplink> uplink;  // the first to go
};

/// A command to be run in namespaces of its own.
struct ContainedOptions {
    Outside outside = Outside::nothing;
    std::optional<contained::UplinkKind> uplink;  ///< where one alone will do
    std::vector<std::string> command;             ///< the program and its arguments; the program is looked up in PATH
    std::filesystem::path packets_file;           ///< pcapng; must not exist yet
    PcapngSection section;                        ///< what that file tells of its making
    Trimmer trimmer;                              ///< which octets of a packet are kept; without one, all
    std::optional<MarkFiles> marks;               ///< nothing: none are taken
    std::optional<std::filesystem::path> owners_file;  ///< owners.ndjson; must not exist yet
    /// Who is asked whose sockets are: the kernel needs root; where it refuses, a gap says so and the calls are.
    OwnerSource owner_source = OwnerSource::calls;
    ProcessTable::Arguments arguments = ProcessTable::Arguments::without_secrets;
    std::optional<std::filesystem::path> fresh_home;   ///< becomes HOME, with the XDG folders in it (fresh_home.h)
    bool clean_environment = false;                    ///< only PATH, TERM, LANG and the like are passed on
    std::vector<std::string> variables;                ///< NAME=value, beside the caller's or in their place
    std::optional<UserIdentity> user;                  ///< whom root runs the command as (privileges.h)
    std::optional<std::chrono::milliseconds> linger;   ///< for processes that the command leaves behind; else all wait
    std::optional<std::chrono::milliseconds> timeout;  ///< of the command, which is ended then with all its processes
    std::optional<BrowserChoice> browser;              ///< with an uplink; nothing: none of the host
    /// Held by the caller already; null: they are held for the run.
    const contained::HeldSignals* signals = nullptr;
    const Steering* steering = nullptr;  ///< of a command in a terminal; borrowed; null: its streams are the caller's
};

/// What the sink was asked.
struct SinkCounts {
    std::uint64_t tcp_connections = 0;     ///< accepted, those to port 53 included
    std::uint64_t tcp_cut_at_bound = 0;    ///< of these, closed early because thousands were open
    std::uint64_t dns_queries = 0;         ///< over UDP and TCP
    std::uint64_t datagrams = 0;           ///< UDP to other ports than 53
    std::uint64_t names_beyond_bound = 0;  ///< names that had to share an address

    friend bool operator==(const SinkCounts&, const SinkCounts&) = default;
};

struct ContainedResult {
    CommandEnd command;
    Timestamp started;  ///< before the command was executed
    Timestamp command_ended;
    Timestamp ended;                               ///< after the last of its processes, and the last packet
    std::vector<RecordedInterface> interfaces;     ///< eth0 and lo of the command's side
    std::optional<std::string> recording_failure;  ///< why recording stopped early (a full disk)
    SinkCounts counts;                             ///< of the sinkhole
    std::vector<contained::SyntheticName> names;   ///< there every name that was asked for and what was answered
    std::string uplink;                            ///< else the program that led to the host's network
    bool uplink_ended = false;                     ///< before the run did
    bool has_ipv6 = false;
    std::vector<std::string> removed_environment;  ///< variables that led to daemons' sockets
    std::vector<std::string> covered_sockets;      ///< sockets outside /run that were made unreachable
    std::uint64_t unplaced_sockets = 0;            ///< daemons' sockets whose place is not known, so not covered
    std::uint64_t refused_marks = 0;               ///< beyond the bound
    std::uint64_t killed_processes = 0;            ///< left behind by the command and ended when it had lingered
    BrowserCounts browser;                         ///< of the host, where the command may have it open addresses
    std::vector<std::string> gaps;                 ///< what the run could not arrange or does not show, a sentence each
    std::optional<OwnerRecording> owners;          ///< of the file of owners, where there is one

    friend bool operator==(const ContainedResult&, const ContainedResult&) = default;
};

/// Runs a command in user, pid, mount and network namespaces of its own; records all its packets; and waits for its
/// end. Its network is one without an uplink in which every name has an address and every address accepts connections,
/// or one that an uplink joins to the host's.
///
/// Three processes: the caller, which only waits and passes signals on; the supervisor, init of the pid namespace,
/// which is the sink and the recorder in one poll loop and gives up its privileges before the first packet; and the
/// command. With an uplink, its program and a keeper that ends it are two more, outside of the namespaces, and one that
/// opens addresses is a third. Those are of sessions of their own; the others are of one process group, so the terminal
/// treats the command as if it had been started directly. When the caller dies,
/// however it dies, the supervisor dies, and with it everything in the namespaces and these themselves.
///
/// Must be called with one thread. The trimmer runs in the supervisor: what it notes down does not come back. What is
/// not waited for is left in `remains`.
std::expected<ContainedResult, RunError> run_contained(const ContainedOptions& options, Remains& remains);
std::expected<ContainedResult, RunError> run_contained(const ContainedOptions& options);

/// Tries, without running anything, whether the host permits it (for `doctor` and for tests that skip themselves).
std::expected<void, RunError> probe_contained();

}  // namespace waybill
