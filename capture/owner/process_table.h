#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/owner/owner_event.h"
#include "capture/owner/process_facts.h"
#include "model/owners.h"

namespace waybill {

/// Where a process table's findings go, in the order in which they are known. A process is told before anything that
/// names it, and once; its digests and its end come later.
struct OwnerSink {
    std::function<void(const Process&)> process;
    std::function<void(std::uint64_t id, Timestamp at, std::optional<int> status)> process_ended;
    std::function<void(const Process&, Timestamp at)> process_left;
    std::function<void(const SocketRecord&)> socket;
    std::function<void(const SocketUse&)> use;
    std::function<void(const LocalSocketRecord&)> local_socket;
};

/// What the system knows of processes and their files: read_process_facts() and the like unless a test says otherwise.
struct ProcessSources {
    std::function<std::optional<ProcessFacts>(const ProcessKey&)> facts_of;
    /// The path of a cgroup by its number (CgroupPaths).
    std::function<std::optional<std::string>(std::uint64_t)> cgroup_path;
    /// Takes a program's executable, open, so that its digest can be computed later.
    std::function<void(std::uint64_t id, FileDescriptor file)> keep_file;
    /// Says what script and package a program is, by its executable, arguments and working directory.
    std::function<void(Process&)> describe;
    /// Says what extensions a program loads that is_extension_host(): of it, what forked it, and so on.
    std::function<ExtensionHost(std::span<const Process* const>)> find_extensions = [](auto) {
        return ExtensionHost{};
    };
};

/// Gives what processes run numbers, and sockets the numbers of their processes, while events come in.
class ProcessTable {
public:
    /// Ended processes that are remembered, for their sockets can speak after them.
    static constexpr std::size_t most_ended = 16384;

    enum class Arguments : std::uint8_t { without_secrets, whole };

    /// `boot` is when the system started (BootClock).
    ProcessTable(Timestamp boot, Arguments arguments, ProcessSources sources, OwnerSink sink);

    void add(const OwnerEvent& event);

    /// Tells the processes that were forked a while before `now` and run on without executing a program, with what they
    /// call themselves by now: the zygote's children of a browser, for example. A copy that ends is told by its end.
    void tell_copies(Timestamp now);

private:
    /// What a process runs now. One that was only forked is told when something names it: most execute a program first.
    struct Running {
        Process process;
        bool is_told = false;
    };

    void take(const OwnerEvent& event, const ProcessForked& forked);
    void take(const OwnerEvent& event, const ProgramExecuted& program);
    void take(const OwnerEvent& event, const ProcessEnded& ended);
    void take(const OwnerEvent& event, const SocketFlow& flow);
    void take(const OwnerEvent& event, const SocketUsed& used);
    void take(const OwnerEvent& event, const LocalSocketCalled& called);
    void take(const OwnerEvent& event, const ProcessLeft& left);
    bool is_of_the_recording(const ProcessKey& listener) const;

    Running& running(const ProcessKey& key, const OwnerEvent& event);
    std::uint64_t id_of(const ProcessKey& key, const OwnerEvent& event);
    std::uint64_t known_parent(std::uint32_t pid) const;
    std::uint64_t tell(Running& running);
    Process begin(const ProcessKey& key, Timestamp at) const;
    void set_arguments(Process& process, const std::vector<std::string>& arguments) const;
    void describe(Process& process) const;
    void set_own_title(Process& process, const std::vector<std::string>& arguments) const;
    void forget_ended();

    Timestamp boot_;
    Arguments arguments_;
    ProcessSources sources_;
    OwnerSink sink_;
    std::map<ProcessKey, Running> running_;
    std::deque<ProcessKey> ended_;
    std::deque<ProcessKey> copies_;  // forked and not looked at again, in the order of time
    std::uint64_t last_id_ = 0;
};

}  // namespace waybill
