#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/child_process.h"
#include "capture/owner/cgroup.h"
#include "capture/owner/kernel_owners.h"
#include "capture/owner/process_table.h"
#include "capture/pcapng_writer.h"
#include "capture/recorder.h"

namespace waybill {

/// What the recording process tells of its work.
struct KernelRecording {
    std::vector<RecordedInterface> interfaces;
    std::optional<std::string> failure;  ///< why it stopped early
    KernelLosses losses;
    std::vector<RefusedHook> refused;  ///< hooks that this kernel does not have, or does not give
    std::uint64_t processes = 0;
    std::uint64_t sockets = 0;

    friend bool operator==(const KernelRecording&, const KernelRecording&) = default;
};

struct RecordingOptions {
    FileDescriptor owners;   ///< owners.ndjson, empty, open for writing
    FileDescriptor packets;  ///< pcapng, likewise; nothing where packets are not wanted
    PcapngSection section;   ///< what the packets' file tells of its making
    Trimmer trimmer;         ///< which octets of a packet are kept; without one, all
    ProcessTable::Arguments arguments = ProcessTable::Arguments::without_secrets;
};

/// A process that watches a cgroup by programs in the kernel and writes what they tell. It begins as root, and drops
/// what it has before the first packet is read. Where its caller dies it writes what waits, and ends.
class RecordingProcess {
public:
    /// Forks, and returns once it watches; the caller has one thread. The error says why it can't.
    static std::expected<RecordingProcess, std::string> start(RecordingOptions options, const Cgroup& cgroup);

    int descriptor() const { return control_.get(); }  ///< can be read when it has ended by itself; borrowed

    /// Lets it write what waits, and end.
    KernelRecording finish();

private:
    RecordingProcess(ChildProcess process, FileDescriptor control)
        : process_{std::move(process)}, control_{std::move(control)}
    {
    }

    ChildProcess process_;  // it sees that control_ goes, which is before it is waited for
    FileDescriptor control_;
};

/// A recording process's last words, as text (JSON) between two processes of one run: no public format.
std::string write_recording(const KernelRecording& recording);

/// Reads what write_recording wrote; the error is that it says nothing of the kind.
std::expected<KernelRecording, std::string> read_recording(std::string_view text);

}  // namespace waybill
