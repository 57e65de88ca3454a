#include "capture/network/command.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/file_descriptor.h"
#include "capture/network/seccomp_filter.h"

namespace waybill::sinkhole {
namespace {

constexpr int not_executable = 126;  // as shells say it
constexpr int not_found = 127;
constexpr int first_inherited = 3;

/// Which step of the child failed, and errno.
struct Failure {
    enum class Step : std::uint8_t { cgroup, limits, user, capabilities, sockets, execution } step{};
    int error = 0;
};

constexpr const char* text(Failure::Step step)
{
    switch (step) {
        case Failure::Step::cgroup:
            return "move the command into its cgroup";
        case Failure::Step::limits:
            return "restore the command's limits";
        case Failure::Step::user:
            return "become the command's user";
        case Failure::Step::capabilities:
            return "drop the command's capabilities";
        case Failure::Step::sockets:
            return "restrict the command's sockets (seccomp)";
        case Failure::Step::execution:
            break;
    }
    return "execute the command";
}

[[noreturn]] void give_up(int status_pipe, Failure::Step step, int error)
{
    const Failure failure{step, error};
    // When nobody reads any more the supervisor has gone, and this process goes with it.
    [[maybe_unused]] const ssize_t written = ::write(status_pipe, &failure, sizeof failure);
    ::_exit(error == ENOENT ? not_found : not_executable);
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (std::string& each : texts)
        all.push_back(each.data());
    all.push_back(nullptr);
    return all;
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// A socket from outside could still speak on the host's network. Own descriptors close themselves on execution.
void close_inherited_sockets()
{
    const std::unique_ptr<DIR, CloseFolder> folder{::opendir("/proc/self/fd")};
    if (!folder)
        return;
    std::vector<int> sockets;
    while (const dirent* entry = ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe): one thread
        const std::string_view name{&entry->d_name[0]};
        int descriptor = -1;
        std::from_chars(name.begin(), name.end(), descriptor);
        struct stat status{};
        if (descriptor >= first_inherited && ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode))
            sockets.push_back(descriptor);
    }
    for (const int descriptor : sockets)
        ::close(descriptor);
}

void confine(const CommandPlan& plan, int status_pipe)
{
    if (const auto failed = restrict_capabilities(plan.kept))
        give_up(status_pipe, Failure::Step::capabilities, failed.value());
    if (const auto failed = restrict_sockets())
        give_up(status_pipe, Failure::Step::sockets, failed.value());
}

[[noreturn]] void execute(const CommandPlan& plan, int status_pipe)
{
    const bool is_confined = plan.confinement == Confinement::sinkhole;
    if (plan.cgroup != nullptr)
        if (const auto failed = plan.cgroup->join())
            give_up(status_pipe, Failure::Step::cgroup, failed.value());
    if (::setrlimit(RLIMIT_NOFILE, &plan.open_files) != 0)
        give_up(status_pipe, Failure::Step::limits, errno);
    if (is_confined)
        close_inherited_sockets();
    if (plan.user)
        if (const auto failed = become(*plan.user))
            give_up(status_pipe, Failure::Step::user, failed.value());
    if (is_confined)
        confine(plan, status_pipe);
    auto arguments = plan.arguments;
    auto environment = plan.environment;
    const auto argument_pointers = pointers(arguments);
    const auto environment_pointers = pointers(environment);
    ::sigprocmask(SIG_SETMASK, &plan.signal_mask, nullptr);
    ::execvpe(argument_pointers.front(), argument_pointers.data(), environment_pointers.data());
    give_up(status_pipe, Failure::Step::execution, errno);
}

}  // namespace

CapabilitySet capabilities_of_root()
{
    return {CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,     CAP_FSETID,          CAP_KILL,
            CAP_SETGID, CAP_SETUID,       CAP_SYS_CHROOT, CAP_NET_BIND_SERVICE};
}

std::expected<StartedCommand, RunError> start_command(const CommandPlan& plan)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::unexpected(step_failed("make a pipe", last_error()));
    const FileDescriptor read_end{ends.at(0)};
    FileDescriptor write_end{ends.at(1)};
    const pid_t process = ::fork();
    if (process < 0)
        return std::unexpected(step_failed("fork", last_error()));
    if (process == 0)
        execute(plan, write_end.get());
    write_end.reset();
    Failure failure;
    ssize_t count = 0;
    do
        count = ::read(read_end.get(), &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    if (count != sizeof failure)
        return StartedCommand{process, 0};  // the pipe closed itself: the program runs
    if (failure.step == Failure::Step::execution)
        return StartedCommand{process, failure.error};
    ::waitpid(process, nullptr, 0);
    return std::unexpected(step_failed(text(failure.step), {failure.error, std::system_category()}));
}

}  // namespace waybill::sinkhole
