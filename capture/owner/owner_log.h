#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "capture/owner/cgroup_paths.h"
#include "capture/owner/file_digests.h"
#include "capture/owner/interpreted_program.h"
#include "capture/owner/kernel_events.h"
#include "capture/owner/owner_losses.h"
#include "capture/owner/package_trees.h"
#include "capture/owner/process_table.h"

namespace waybill {

/// Writes owners.ndjson (docs/formats/owners.md) while events come in.
class OwnerLog {
public:
    /// `file` is empty and open for writing. `source` is who tells: "kernel" or "seccomp". `network_namespace` is the
    /// one that the packets are of; 0: of any.
    OwnerLog(FileDescriptor file, std::string_view source, const BootClock& clock, ProcessTable::Arguments arguments,
             std::uint32_t network_namespace = 0);
    OwnerLog(const OwnerLog&) = delete;  // its parts call back into it
    OwnerLog& operator=(const OwnerLog&) = delete;
    OwnerLog(OwnerLog&&) = delete;
    OwnerLog& operator=(OwnerLog&&) = delete;
    ~OwnerLog() = default;

    void add(const OwnerEvent& event) { table_.add(event); }

    /// Hands what was told so far to the operating system, and goes on with digests for about a millisecond. False when
    /// none is left to compute.
    bool flush();

    /// Computes what digests are left, those of package trees again, flushes, and closes the file.
    void finish();

    std::uint64_t processes() const { return processes_ + process_lines_.size(); }
    std::uint64_t sockets() const { return sockets_ + socket_lines_.size(); }
    const Departures& departures() const { return departures_; }

    /// Why writing failed, once it has; nothing is written from then on.
    const std::optional<std::string>& failure() const { return failure_; }

private:
    void write();
    void note_departure(const Process& process, Timestamp at);
    bool hand_over();
    std::size_t end_with_whole_line();

    FileDescriptor file_;
    BootClock clock_;
    std::string pending_;
    std::vector<std::size_t> process_lines_;  // of these, where each ends
    std::vector<std::size_t> socket_lines_;
    std::uint64_t handed_over_ = 0;  // octets of the file, and of what
    std::uint64_t processes_ = 0;
    std::uint64_t sockets_ = 0;
    Departures departures_;
    std::optional<std::string> failure_;
    FileDigests digests_;
    PackageTrees trees_;
    ProgramDescriber programs_;
    CgroupPaths cgroups_;
    ProcessTable table_;
};

}  // namespace waybill
