#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/child_process.h"
#include "capture/live.h"
#include "capture/owner/owner_recording.h"
#include "capture/owner/process_choice.h"
#include "capture/owner/process_table.h"
#include "capture/pcapng_writer.h"
#include "capture/recorder.h"

namespace waybill {

struct RecordingOptions {
    FileDescriptor owners;     ///< owners.ndjson, empty, open for writing
    FileDescriptor mark_pipe;  ///< whose marks are written to `marks`, which is empty; nothing: none
    FileDescriptor marks;
    FileDescriptor packets;  ///< pcapng, likewise; nothing where packets are not wanted
    PcapngSection section;   ///< what the packets' file tells of its making
    Trimmer trimmer;         ///< which octets of a packet are kept; without one, all
    ProcessTable::Arguments arguments = ProcessTable::Arguments::without_secrets;
    std::optional<ProcessChoice> running;  ///< which processes of a running host; nothing: what begins in the cgroup
    std::uint32_t interface = 0;           ///< index: only packets of sockets through this one; 0: any
    std::vector<LiveOptions> interfaces;   ///< whose packets are recorded; none: those of the cgroup's sockets
    std::uint64_t most_octets = 0;        ///< of a file of an interface's packets, then another is asked for; 0: no end
    std::chrono::milliseconds longest{};  ///< of such a file; 0: no end
    std::uint64_t most_packets = 0;       ///< of the interfaces, then the recording ends by itself; 0: no end
};

/// A process that watches a cgroup by programs in the kernel and writes what they tell. It begins as root, and drops
/// what it has before the first packet is read. Where its caller dies it writes what waits, and ends.
class RecordingProcess {
public:
    /// Forks, and returns at once: what it loads into the kernel takes a while, in which the caller can do its own. The
    /// caller has one thread. `cgroup` is a descriptor of its folder.
    static std::expected<RecordingProcess, std::string> start(RecordingOptions options, int cgroup);

    /// Returns once it watches; to be called once, before anything else. The error says why it can't.
    std::expected<void, std::string> await_ready();

    int descriptor() const { return control_.get(); }  ///< can be read when it speaks, or has ended; borrowed

    /// What it says: it wants another file for packets, or has ended.
    enum class Word : std::uint8_t { nothing, wants_file, ended, died };
    Word listen();

    /// Answers its wish: an empty file, open for writing.
    void give(const FileDescriptor& file);

    /// Lets it write what waits, and end.
    OwnerRecording finish();

private:
    RecordingProcess(ChildProcess process, FileDescriptor control)
        : process_{std::move(process)}, control_{std::move(control)}
    {
    }

    ChildProcess process_;  // it sees that control_ goes, which is before it is waited for
    FileDescriptor control_;
};

}  // namespace waybill
