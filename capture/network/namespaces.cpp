#include "capture/network/namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>
#include <string_view>

namespace waybill::contained {
namespace {

std::error_code write_proc(const std::string& path, std::string_view text)
{
    const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return last_error();
    return {};
}

/// The ids of this process's own user namespace, each mapped to itself: every line of /proc/self/uid_map starts with
/// the first id and ends with how many there are. Empty where nobody is not among them: some containers have root
/// alone.
std::string identity_map(const char* own_map)
{
    std::ifstream file{own_map};
    std::string text;
    bool has_nobody = false;
    std::uint64_t inside = 0;
    std::uint64_t outside = 0;
    std::uint64_t count = 0;
    while (file >> inside >> outside >> count) {
        text += fmt::format("{} {} {}\n", inside, inside, count);
        has_nobody |= inside <= nobody && nobody - inside < count;
    }
    return has_nobody ? text : std::string{};
}

}  // namespace

std::expected<pid_t, RunError> fork_into_namespaces()
{
    constexpr unsigned long flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | SIGCHLD;
    // Like fork(2): no new stack, so both processes go on from here.
    const long child = ::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr);
    if (child < 0)
        return std::unexpected(step_failed("make a user namespace", last_error()));
    return static_cast<pid_t>(child);
}

std::expected<UserMap, RunError> map_users(pid_t child)
{
    const std::string folder = fmt::format("/proc/{}/", child);
    const std::string users = identity_map("/proc/self/uid_map");
    const std::string groups = identity_map("/proc/self/gid_map");
    const bool could_be_whole = ::geteuid() == 0 && !users.empty() && !groups.empty();
    if (could_be_whole && !write_proc(folder + "uid_map", users)) {
        if (const auto failed = write_proc(folder + "gid_map", groups))
            return std::unexpected(step_failed("map the groups of the user namespace", failed));
        return UserMap::whole;
    }
    // A root without CAP_SETUID, or without other users, is mapped like any other user.
    if (const auto failed = write_proc(folder + "setgroups", "deny"))
        return std::unexpected(step_failed("prepare the groups of the user namespace", failed));
    if (const auto failed = write_proc(folder + "uid_map", fmt::format("{} {} 1", ::geteuid(), ::geteuid())))
        return std::unexpected(step_failed("map the user of the user namespace", failed));
    if (const auto failed = write_proc(folder + "gid_map", fmt::format("{} {} 1", ::getegid(), ::getegid())))
        return std::unexpected(step_failed("map the group of the user namespace", failed));
    return UserMap::one;
}

std::expected<FileDescriptor, RunError> open_network_namespace()
{
    FileDescriptor opened{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
    if (!opened)
        return std::unexpected(step_failed("open the network namespace", last_error()));
    return opened;
}

}  // namespace waybill::contained
