#include "capture/network/side_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>

#include "base/argument_pointers.h"
#include "base/file_descriptor.h"

namespace waybill {
namespace {

using contained::HeldSignals;
using contained::step_failed;

constexpr int cannot_execute = 126;  // as shells say it
constexpr int not_found = 127;

void take_streams()
{
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
}

/// The child's part. What it cannot do is its exit status, and errno on the pipe.
[[noreturn]] void execute(const SideCommand& command, const HeldSignals& signals, pid_t parent, int status_pipe)
{
    auto arguments = command.arguments;
    auto environment = command.environment;
    const auto words = argument_pointers(arguments);
    const auto variables = argument_pointers(environment);
    ::setsid();
    take_streams();
    std::error_code failed;
    if (command.user)
        failed = become_wholly(*command.user);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);  // forgotten when a process becomes another user's
    if (::getppid() != parent)
        ::_exit(cannot_execute);
    ::sigprocmask(SIG_SETMASK, &signals.before(), nullptr);
    if (!failed) {
        ::execvpe(words.front(), words.data(), variables.data());
        failed = last_error();
    }
    const int number = failed.value();
    [[maybe_unused]] const ssize_t written = ::write(status_pipe, &number, sizeof number);
    ::_exit(number == ENOENT ? not_found : cannot_execute);
}

void send(pid_t process, int signal)
{
    if (::kill(-process, signal) != 0)  // its session's first group, once that is there
        ::kill(process, signal);
}

/// Sends the command what comes here; the signal that would end a run, 0 for none.
int pass_on(const HeldSignals& signals, pid_t process)
{
    int ending = 0;
    signalfd_siginfo received{};
    while (::read(signals.descriptor(), &received, sizeof received) == static_cast<ssize_t>(sizeof received)) {
        const auto signal = static_cast<int>(received.ssi_signo);
        send(process, signal);
        if (HeldSignals::ends_run(signal))
            ending = signal;
    }
    return ending;
}

/// The time that a command has, and what it is sent when that is over.
class TimeLimit {
public:
    TimeLimit(pid_t process, const std::optional<std::chrono::milliseconds>& time) : process_{process}
    {
        if (time)
            end_ = Clock::now() + *time;
    }

    /// Milliseconds until something is to be done; -1 where nothing is.
    int left() const
    {
        constexpr std::int64_t longest = 60'000;
        if (!end_)
            return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end_ - Clock::now());
        return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest));
    }

    void tick()
    {
        constexpr std::chrono::seconds patience{5};
        if (!end_ || Clock::now() < *end_)
            return;
        send(process_, is_over_ ? SIGKILL : SIGTERM);
        end_ = Clock::now() + patience;
        is_over_ = true;
    }

    bool is_over() const { return is_over_; }

private:
    using Clock = std::chrono::steady_clock;

    pid_t process_;
    std::optional<Clock::time_point> end_;
    bool is_over_ = false;
};

SideEnd await_end(pid_t process, const HeldSignals& signals, TimeLimit limit)
{
    constexpr int moment = 20;  // milliseconds, where the kernel gives no descriptor of a process
    const FileDescriptor end{static_cast<int>(::syscall(SYS_pidfd_open, process, 0))};
    std::array<pollfd, 2> waited{pollfd{signals.descriptor(), POLLIN, 0}, pollfd{end.get(), POLLIN, 0}};
    SideEnd ended;
    int status = 0;
    while (::waitpid(process, &status, WNOHANG) == 0) {  // ends with the process
        ::poll(waited.data(), waited.size(), end ? limit.left() : moment);
        if (waited[0].revents != 0)
            if (const int signal = pass_on(signals, process); signal != 0)
                ended.signal = signal;
        limit.tick();
    }
    ended.command = command_end_of(status);
    ended.command.timed_out = limit.is_over();
    return ended;
}

}  // namespace

std::expected<SideEnd, RunError> run_beside(const SideCommand& command, const HeldSignals& signals)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::unexpected(step_failed("make a pipe", last_error()));
    const FileDescriptor read_end{ends.at(0)};
    FileDescriptor write_end{ends.at(1)};
    const pid_t self = ::getpid();
    const pid_t process = ::fork();
    if (process < 0)
        return std::unexpected(step_failed("fork", last_error()));
    if (process == 0)
        execute(command, signals, self, write_end.get());
    write_end.reset();
    int number = 0;
    const bool is_refused = ::read(read_end.get(), &number, sizeof number) == static_cast<ssize_t>(sizeof number);
    SideEnd end = await_end(process, signals, {process, command.timeout});
    if (is_refused)
        end.command.not_executed =
            fmt::format("{}: {}", command.arguments.front(), std::error_code{number, std::system_category()}.message());
    return end;
}

}  // namespace waybill
