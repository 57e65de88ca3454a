#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/mark/mark_files.h"
#include "capture/network/held_signals.h"
#include "capture/network/run_error.h"
#include "capture/owner/owner_recording.h"
#include "capture/owner/process_choice.h"
#include "capture/owner/process_table.h"
#include "capture/pcapng_writer.h"
#include "capture/recorder.h"
#include "model/time.h"

namespace waybill {

/// What of a running host is to be recorded.
struct LiveRunOptions {
    /// By name, `any` for all; none: the packets of the sockets themselves. Of a narrowed choice of processes packets
    /// come from their sockets in any case, and one interface at most is named, through which they go.
    std::vector<std::string> interfaces;
    std::string filter;       ///< of the interfaces' packets, a libpcap expression
    ProcessChoice processes;  ///< whose sockets; of the cgroup, where it has one, else of the whole host
    std::function<std::filesystem::path(unsigned)> packets_file;  ///< by number from 1; must not exist yet
    std::filesystem::path owners_file;                            ///< owners.ndjson; must not exist yet
    PcapngSection section;                                        ///< what the packets' files tell of their making
    Trimmer trimmer;                                              ///< as a run's
    ProcessTable::Arguments arguments = ProcessTable::Arguments::without_secrets;
    std::optional<MarkFiles> marks;                     ///< nothing: none are taken
    std::optional<std::chrono::milliseconds> duration;  ///< then it ends; nothing: with a signal
    std::uint64_t most_packets = 0;                     ///< of the interfaces, then it ends; 0: no end
    std::uint64_t most_octets = 0;                      ///< of a file, then the next one begins; 0: no end
    std::chrono::milliseconds longest{};                ///< of a file; 0: no end
};

struct LiveRunResult {
    Timestamp started;
    Timestamp ended;
    int signal = 0;      ///< that ended it; 0: none
    unsigned files = 1;  ///< of packets
    OwnerRecording recording;
    std::shared_ptr<const contained::HeldSignals> signals;  ///< still held; never null
};

/// Records until the duration or the number of packets is reached, or SIGINT, SIGTERM or SIGHUP comes. Nothing of the
/// host changes. Needs root; the caller must have one thread.
std::expected<LiveRunResult, RunError> record_live(const LiveRunOptions& options);

/// The cgroup's folder of a container that docker, podman, containerd or CRI-O runs, by its id or the beginning of it,
/// 12 digits at least. The error says that there is none, or several.
std::expected<std::filesystem::path, std::string> find_container(std::string_view id);

/// The folder of a cgroup, given as a path in the file system or in the hierarchy.
std::expected<std::filesystem::path, std::string> find_cgroup(const std::filesystem::path& named);

}  // namespace waybill
