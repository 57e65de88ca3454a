#include "capture/network/command.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "base/argument_pointers.h"
#include "base/file_descriptor.h"
#include "capture/network/seccomp_filter.h"
#include "capture/owner/call_filter.h"

namespace waybill::contained {
namespace {

constexpr int not_executable = 126;  // as shells say it
constexpr int not_found = 127;
constexpr int first_inherited = 3;

/// What the child says: which step failed, with errno; or that its calls can be asked about, with its descriptor.
struct ChildWord {
    enum class Step : std::uint8_t { cgroup, limits, user, capabilities, sockets, calls, watched, execution } step{};
    int number = 0;
};
using Step = ChildWord::Step;

constexpr const char* text(Step step)
{
    switch (step) {
        case Step::cgroup:
            return "move the command into its cgroup";
        case Step::limits:
            return "restore the command's limits";
        case Step::user:
            return "become the command's user";
        case Step::capabilities:
            return "drop the command's capabilities";
        case Step::sockets:
            return "restrict the command's sockets (seccomp)";
        case Step::calls:
        case Step::watched:
        case Step::execution:
            break;
    }
    return "execute the command";
}

void say(int status_pipe, Step step, int number)
{
    const ChildWord word{step, number};
    // When nobody reads any more the supervisor has gone, and this process goes with it.
    [[maybe_unused]] const ssize_t written = ::write(status_pipe, &word, sizeof word);
}

[[noreturn]] void give_up(int status_pipe, Step step, int error)
{
    say(status_pipe, step, error);
    ::_exit(error == ENOENT ? not_found : not_executable);
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
        give_up(status_pipe, Step::capabilities, failed.value());
    if (const auto failed = restrict_sockets())
        give_up(status_pipe, Step::sockets, failed.value());
}

/// From here on somebody answers, or this process stands still in its next call. The descriptor goes with the
/// execution.
void let_calls_be_asked_about(int status_pipe)
{
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // what is copied from the caller says nothing yet; execution does the same
    auto descriptor = ask_before_calls();
    if (descriptor)
        say(status_pipe, Step::watched, descriptor->release());
    else
        say(status_pipe, Step::calls, descriptor.error().value());
}

[[noreturn]] void execute(const CommandPlan& plan, bool is_in_cgroup, int status_pipe)
{
    const bool is_confined = plan.confinement == Confinement::contained;
    if (plan.cgroup != nullptr && !is_in_cgroup)
        if (const auto failed = plan.cgroup->join())
            give_up(status_pipe, Step::cgroup, failed.value());
    if (::setrlimit(RLIMIT_NOFILE, &plan.open_files) != 0)
        give_up(status_pipe, Step::limits, errno);
    if (plan.terminal >= 0)
        for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(plan.terminal, standard);
    if (is_confined)
        close_inherited_sockets();
    if (plan.user)
        if (const auto failed = become(*plan.user))
            give_up(status_pipe, Step::user, failed.value());
    if (is_confined)
        confine(plan, status_pipe);
    auto arguments = plan.arguments;
    auto environment = plan.environment;
    const auto words = argument_pointers(arguments);
    const auto variables = argument_pointers(environment);
    if (plan.calls != nullptr)
        let_calls_be_asked_about(status_pipe);
    ::sigprocmask(SIG_SETMASK, &plan.signal_mask, nullptr);
    ::execvpe(words.front(), words.data(), variables.data());
    give_up(status_pipe, Step::execution, errno);
}

/// The child's next word; nothing once it executes its program, or is gone. Meanwhile its calls are answered: execution
/// is one.
std::optional<ChildWord> next_word(int status_pipe, CallOwners* calls)
{
    std::array<pollfd, 2> waited{pollfd{status_pipe, POLLIN, 0}, pollfd{-1, POLLIN, 0}};
    while (true) {  // ends with the child's word, or the child
        waited[1].fd = calls != nullptr ? calls->descriptor() : -1;
        if (::poll(waited.data(), waited.size(), -1) < 0)
            continue;
        if (calls != nullptr && waited[1].revents != 0)
            calls->answer();
        if (waited[0].revents == 0)
            continue;
        ChildWord word;
        const ssize_t count = ::read(status_pipe, &word, sizeof word);
        return count == sizeof word ? std::optional{word} : std::nullopt;
    }
}

/// It would stand still for ever.
RunError ended_unwatched(const StartedCommand& started)
{
    ::kill(started.process, SIGKILL);
    ::waitpid(started.process, nullptr, 0);
    return step_failed("ask about the command's calls (seccomp)", started.calls_not_watched);
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
    bool is_in_cgroup = plan.cgroup != nullptr;
    pid_t process = is_in_cgroup ? plan.cgroup->fork_into() : -1;
    if (process < 0) {
        is_in_cgroup = false;
        process = ::fork();
    }
    if (process < 0)
        return std::unexpected(step_failed("fork", last_error()));
    if (process == 0)
        execute(plan, is_in_cgroup, write_end.get());
    write_end.reset();
    StartedCommand started{process, 0, {}};
    while (const auto word = next_word(read_end.get(), plan.calls)) {  // ends with the pipe: the program runs
        switch (word->step) {
            case Step::watched:
                started.calls_not_watched = plan.calls->adopt(process, word->number);
                if (started.calls_not_watched)
                    return std::unexpected(ended_unwatched(started));
                break;
            case Step::calls:
                started.calls_not_watched = {word->number, std::system_category()};
                break;
            case Step::execution:
                started.execution_error = word->number;
                break;
            default:
                ::waitpid(process, nullptr, 0);
                return std::unexpected(step_failed(text(word->step), {word->number, std::system_category()}));
        }
    }
    return started;
}

}  // namespace waybill::contained
