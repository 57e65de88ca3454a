#include "capture/owner/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <ranges>
#include <sstream>
#include <utility>
#include <vector>

#include "base/last_error.h"

namespace waybill {
namespace {

/// The folder of a process in it; empty when it cannot be read.
std::filesystem::path cgroup_of(pid_t process, const std::filesystem::path& hierarchy)
{
    std::ifstream cgroups{fmt::format("/proc/{}/cgroup", process)};
    std::string line;
    while (std::getline(cgroups, line))  // a line of the file each round
        if (line.starts_with("0::/"))
            return hierarchy / line.substr(4);
    return {};
}

}  // namespace

std::expected<std::filesystem::path, std::string> cgroup_hierarchy()
{
    std::ifstream mounts{"/proc/self/mountinfo"};
    std::string line;
    while (std::getline(mounts, line)) {  // a line of the file each round
        const std::size_t separator = line.find(" - ");
        if (separator == std::string::npos || !line.substr(separator + 3).starts_with("cgroup2 "))
            continue;
        std::istringstream fields{line};
        std::string field;
        for (int number = 0; number < 5; ++number)  // proc_pid_mountinfo(5): the fifth is the mount point
            fields >> field;
        return field;
    }
    return std::unexpected(std::string{
        "cgroup v2 is not mounted here; mount it with: mount -t cgroup2 none /sys/fs/cgroup (a systemd host has it)"});
}

std::expected<std::filesystem::path, std::string> place_of_cgroup(const std::string& name)
{
    const auto hierarchy = cgroup_hierarchy();
    if (!hierarchy)
        return std::unexpected(hierarchy.error());
    return cgroup_of(::getpid(), *hierarchy) / name;
}

std::expected<Cgroup, std::string> Cgroup::create(const std::filesystem::path& folder)
{
    Cgroup cgroup;
    cgroup.path_ = folder;
    const auto failed = [&cgroup](std::string_view what) {
        return std::unexpected(fmt::format("{}: {}: {}", cgroup.path_.string(), what, last_error().message()));
    };
    if (::mkdir(cgroup.path_.c_str(), S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH) != 0) {
        const auto refused = failed("the command's cgroup cannot be made");
        cgroup.path_.clear();
        return refused;
    }
    cgroup.folder_ = FileDescriptor{::open(cgroup.path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    cgroup.processes_ = FileDescriptor{::open((folder / "cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC)};
    if (!cgroup.folder_ || !cgroup.processes_)
        return failed("the command's cgroup cannot be opened");
    return cgroup;
}

Cgroup::~Cgroup()
{
    if (folder_)
        remove_cgroup(path_);
}

pid_t Cgroup::fork_into() const
{
    clone_args arguments{};
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = static_cast<__u64>(folder_.get());
    return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

std::error_code Cgroup::join() const
{
    return ::write(processes_.get(), "0", 1) == 1 ? std::error_code{} : last_error();
}

bool is_empty_cgroup(const std::filesystem::path& folder)
{
    std::ifstream events{folder / "cgroup.events"};
    std::string line;
    while (std::getline(events, line))  // a line of the file each round
        if (line == "populated 1")
            return false;
    return true;
}

std::error_code kill_cgroup(const std::filesystem::path& folder)
{
    const FileDescriptor kill{::open((folder / "cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC)};
    return kill && ::write(kill.get(), "1", 1) == 1 ? std::error_code{} : last_error();
}

void remove_cgroup(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> folders{folder};
    std::error_code failed;
    std::filesystem::recursive_directory_iterator place{folder, failed};
    for (; !failed && place != std::filesystem::recursive_directory_iterator{}; place.increment(failed))
        if (place->is_directory(failed))
            folders.push_back(place->path());
    constexpr int patience = 50;                                             // times ten milliseconds
    for (const std::filesystem::path& each : folders | std::views::reverse)  // what is below another stands behind it
        for (int tries = 0; tries < patience && ::rmdir(each.c_str()) != 0; ++tries) {
            if (errno != EBUSY || !is_empty_cgroup(each))
                break;
            ::usleep(10'000);
        }
}

}  // namespace waybill
