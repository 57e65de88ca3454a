#include "capture/owner/cgroup_guard.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "capture/owner/cgroup.h"

namespace waybill {
namespace {

constexpr char relieved = '.';
constexpr int patience = 500;  // times ten milliseconds: a process in an uninterruptible call goes when that ends

/// Holds nothing of the caller's: no pipe that somebody reads to its end, no folder that somebody unmounts.
void let_go()
{
    ::setsid();  // what ends the caller's group or terminal does not end the guard
    ::prctl(PR_SET_NAME, "waybill-guard", 0, 0, 0);
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    if (const FileDescriptor nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)})
        for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(nothing.get(), standard);
    [[maybe_unused]] const int moved = ::chdir("/");  // else it stays where it is
}

/// Until the last process has gone; its parent is not kept waiting.
void remove_later(const std::filesystem::path& folder)
{
    if (!is_empty_cgroup(folder) && ::fork() != 0)
        return;
    while (!is_empty_cgroup(folder))  // ends with the processes
        ::usleep(200'000);
    remove_cgroup(folder);
}

void end_all(const std::filesystem::path& folder)
{
    for (int tries = 0; tries < patience && !is_empty_cgroup(folder); ++tries) {
        static_cast<void>(kill_cgroup(folder));  // tried again
        ::usleep(10'000);
    }
    remove_cgroup(folder);
}

[[noreturn]] void watch(const std::filesystem::path& folder, int word)
{
    let_go();
    char heard = 0;
    ssize_t count = 0;
    do
        count = ::read(word, &heard, 1);
    while (count < 0 && errno == EINTR);
    if (count == 1)
        remove_later(folder);
    else
        end_all(folder);
    ::_exit(0);
}

}  // namespace

std::expected<CgroupGuard, std::string> CgroupGuard::post(const std::filesystem::path& folder)
{
    std::array<int, 2> ends{};
    const auto failed = [] { return std::unexpected(std::error_code{errno, std::system_category()}.message()); };
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return failed();
    const FileDescriptor read_end{ends[0]};
    FileDescriptor write_end{ends[1]};
    const pid_t process = ::fork();
    if (process < 0)
        return failed();
    if (process == 0) {
        write_end.reset();
        watch(folder, read_end.get());
    }
    return CgroupGuard{ChildProcess{process}, std::move(write_end)};
}

CgroupGuard::~CgroupGuard()
{
    if (!word_)
        return;
    // A guard that has died hears nothing, and has done nothing either.
    [[maybe_unused]] const ssize_t written = ::write(word_.get(), &relieved, 1);
}

}  // namespace waybill
