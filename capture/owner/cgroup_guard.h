#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <utility>

#include "base/file_descriptor.h"
#include "capture/child_process.h"

namespace waybill {

/// A process that outlives its caller by a moment: when the caller dies, by SIGKILL too, it ends what runs in the
/// cgroup and removes its folder, so that no command runs on unwatched. It reads and writes nothing else.
class CgroupGuard {
public:
    /// Forks; the caller must have one thread. The folder need not be there yet: a guard is posted before it is made,
    /// so that nothing is left behind at any moment. The error is the operating system's.
    static std::expected<CgroupGuard, std::string> post(const std::filesystem::path& folder);

    CgroupGuard(CgroupGuard&&) noexcept = default;
    CgroupGuard& operator=(CgroupGuard&&) noexcept = default;
    CgroupGuard(const CgroupGuard&) = delete;
    CgroupGuard& operator=(const CgroupGuard&) = delete;
    ~CgroupGuard();  ///< relieves it: it ends nothing

private:
    CgroupGuard(ChildProcess process, FileDescriptor word) : process_{std::move(process)}, word_{std::move(word)} {}

    ChildProcess process_;  // waited for once it has been relieved
    FileDescriptor word_;
};

}  // namespace waybill
