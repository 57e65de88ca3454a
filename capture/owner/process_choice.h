#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace waybill {

/// An executable as the kernel tells it from all others.
struct ProgramIdentity {
    std::uint64_t device = 0;      ///< as stat(2) gives it
    std::uint64_t superblock = 0;  ///< as the kernel has it, which differs for some file systems (btrfs)
    std::uint64_t inode = 0;
};

/// The file behind a path; nothing when there is none.
std::optional<ProgramIdentity> identify_program(const std::filesystem::path& path);

/// Which of a running host's processes are meant: by one of the first three, in the cgroup or everywhere; or all of
/// them.
struct ProcessChoice {
    std::vector<std::uint32_t> processes;         ///< these, and what they start
    std::optional<std::uint32_t> user;            ///< those of this user
    std::optional<ProgramIdentity> program;       ///< those that execute it, and what they start
    std::optional<std::filesystem::path> cgroup;  ///< those in this folder of the cgroup v2 hierarchy and below

    bool is_narrowed() const { return !processes.empty() || user || program; }
    bool is_whole_host() const { return !is_narrowed() && !cgroup; }
};

/// The processes that run now and are meant, by number: of `processes` with all of their descendants. None for the
/// whole host, for which nobody needs a list. What cannot be read has ended.
std::vector<std::uint32_t> running_processes(const ProcessChoice& choice);

}  // namespace waybill
