#pragma once

#include <sys/types.h>

#include <expected>
#include <string>

#include "base/file_descriptor.h"
#include "capture/owner/cgroup.h"

namespace waybill {

/// A process that outlives its caller by a moment: when the caller dies, by SIGKILL too, it ends what runs in the
/// cgroup and removes its folder, so that no command runs on unwatched. It reads and writes nothing else.
class CgroupGuard {
public:
    /// Forks; the caller must have one thread. The error is the operating system's.
    static std::expected<CgroupGuard, std::string> post(const Cgroup& cgroup);

    CgroupGuard(CgroupGuard&& other) noexcept;
    CgroupGuard& operator=(CgroupGuard&& other) noexcept;
    CgroupGuard(const CgroupGuard&) = delete;
    CgroupGuard& operator=(const CgroupGuard&) = delete;
    ~CgroupGuard();  ///< relieves it: it ends nothing

private:
    CgroupGuard(pid_t process, FileDescriptor word) : process_{process}, word_{std::move(word)} {}

    pid_t process_ = 0;
    FileDescriptor word_;
};

}  // namespace waybill
