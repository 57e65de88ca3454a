#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/owner/owner_event.h"

namespace waybill {

/// What /proc says of a process (proc(5)) while it is there.
struct ProcessFacts {
    std::string executable;  ///< path; empty when it could not be read
    std::string working_directory;
    std::string cgroup;  ///< path in the cgroup v2 hierarchy, from its root
    std::uint32_t uid = 0;
    std::uint32_t parent_pid = 0;
    std::vector<std::string> arguments;  ///< of its command line
    FileDescriptor file;                 ///< the executable, open for reading; nothing when that was refused
};

/// Nothing when the process is gone: when its number now belongs to one that began at another time, too. `proc` is a
/// procfs of the pid namespace that `process.pid` is of.
std::optional<ProcessFacts> read_process_facts(const ProcessKey& process, const std::filesystem::path& proc = "/proc");

/// When a process began, and of whom it is a child now (proc_pid_stat(5)).
struct ProcessBirth {
    std::chrono::nanoseconds start{};  ///< since boot; to a hundredth of a second
    std::uint32_t parent_pid = 0;
};

/// Nothing when there is no such process.
std::optional<ProcessBirth> read_process_birth(std::uint32_t pid, const std::filesystem::path& proc = "/proc");

/// The process and the real uid of a thread (proc_pid_status(5)).
struct ThreadFacts {
    std::uint32_t pid = 0;
    std::uint32_t uid = 0;
};

/// Nothing when there is no such thread.
std::optional<ThreadFacts> read_thread_facts(std::uint32_t thread, const std::filesystem::path& proc = "/proc");

/// Inode of a process's or thread's network namespace (namespaces(7)), by its number or "self"; 0 where it is not
/// known.
std::uint32_t read_network_namespace(const std::string& process);

/// The id of the container whose cgroup that is, as docker, podman, containerd and CRI-O name their folders: 64
/// hexadecimal digits. Empty for none.
std::string_view container_of(std::string_view cgroup);

}  // namespace waybill
