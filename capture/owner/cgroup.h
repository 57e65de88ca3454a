#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/file_descriptor.h"

namespace waybill {

/// Where the cgroup v2 hierarchy is mounted. The error says that it is not, and what would mend it.
std::expected<std::filesystem::path, std::string> cgroup_hierarchy();

/// Where a cgroup of that name goes: below the caller's own. The error says that cgroup v2 (cgroups(7)) is not mounted,
/// and what would mend it.
std::expected<std::filesystem::path, std::string> place_of_cgroup(const std::string& name);

/// No process is in the cgroup with that folder, or below it; one that is not there is empty.
bool is_empty_cgroup(const std::filesystem::path& folder);

/// SIGKILL to all in it and below it (cgroup.kill).
std::error_code kill_cgroup(const std::filesystem::path& folder);

/// Removes the cgroup with that folder and those that its processes made below it. Those with processes stay: they are
/// theirs. One that the kernel still holds for a process that has ended is tried again for half a second.
void remove_cgroup(const std::filesystem::path& folder);

/// A cgroup below the caller's own, so that its limits hold on: the processes of one command, and all that they start.
/// It is removed with this object, once it is empty.
class Cgroup {
public:
    /// Makes the folder. Needs the right to write there: root, or a delegated hierarchy.
    static std::expected<Cgroup, std::string> create(const std::filesystem::path& folder);

    Cgroup(Cgroup&&) noexcept = default;
    Cgroup& operator=(Cgroup&&) noexcept = default;
    Cgroup(const Cgroup&) = delete;
    Cgroup& operator=(const Cgroup&) = delete;
    ~Cgroup();

    int descriptor() const { return folder_.get(); }  ///< of the folder; borrowed

    /// fork(2) with the child in it (CLONE_INTO_CGROUP of clone(2), Linux 5.7). To move a process later takes the
    /// kernel ten milliseconds, for all others must not fork meanwhile. Negative where that cannot be.
    pid_t fork_into() const;

    /// Moves the calling process into it. Safe between fork(2) and execve(2): it allocates nothing.
    std::error_code join() const;

    bool is_empty() const { return is_empty_cgroup(path_); }
    std::error_code kill_all() const { return kill_cgroup(path_); }

private:
    Cgroup() = default;

    std::filesystem::path path_;
    FileDescriptor folder_;
    FileDescriptor processes_;  // cgroup.procs, for writing
};

}  // namespace waybill
