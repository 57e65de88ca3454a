#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/file_descriptor.h"

namespace waybill {

/// Where the cgroup v2 hierarchy is mounted (cgroups(7)); the error says that it is not, and what would mend it.
std::expected<std::filesystem::path, std::string> find_cgroup_hierarchy();

/// The folder of a process in that hierarchy, below `hierarchy`. Empty when it cannot be read.
std::filesystem::path cgroup_of(pid_t process, const std::filesystem::path& hierarchy);

/// A cgroup below the caller's own, so that its limits hold on: the processes of one command, and all that they start.
/// It is removed with this object, once it is empty.
class Cgroup {
public:
    /// Makes the folder. Needs the right to write there: root, or a delegated hierarchy.
    static std::expected<Cgroup, std::string> create(const std::string& name);

    Cgroup(Cgroup&&) noexcept = default;
    Cgroup& operator=(Cgroup&&) noexcept = default;
    Cgroup(const Cgroup&) = delete;
    Cgroup& operator=(const Cgroup&) = delete;
    ~Cgroup();

    int descriptor() const { return folder_.get(); }  ///< of the folder; borrowed
    const std::filesystem::path& path() const { return path_; }

    /// Moves the calling process into it. Safe between fork(2) and execve(2): it allocates nothing.
    std::error_code join() const;

    /// Moves another process into it.
    std::error_code add(pid_t process) const;

    bool is_empty() const;             ///< no process is in it, or below it
    std::error_code kill_all() const;  ///< SIGKILL to all in it and below it (cgroup.kill)

private:
    Cgroup() = default;

    std::filesystem::path path_;
    FileDescriptor folder_;
    FileDescriptor processes_;  // cgroup.procs, for writing
};

}  // namespace waybill
