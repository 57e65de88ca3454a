#include "cli/experiment_child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

#include "base/argument_pointers.h"
#include "base/file_descriptor.h"
#include "base/last_error.h"
#include "capture/network/command_end.h"

namespace waybill {
namespace {

// What a handler may touch: it has no other way to know (signal-safety(7)).
std::atomic<pid_t> child_of_handler{0};                // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<int> signal_of_handler{0};                 // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<int>::is_always_lock_free);  // and a pid_t is one

void pass_on(int signal)
{
    signal_of_handler = signal;
    if (const pid_t child = child_of_handler; child > 0)
        ::kill(child, signal);
}

struct sigaction action_of(void (*handler)(int))
{
    struct sigaction action{};
    action.sa_handler = handler;  // NOLINT(cppcoreguidelines-pro-type-union-access): as sigaction(2) has it
    return action;
}

bool is_ignored(const struct sigaction& action)
{
    return action.sa_handler == SIG_IGN;  // NOLINT(cppcoreguidelines-pro-type-union-access): as above
}

/// Holds every signal back for as long as it lives: one that comes meanwhile is neither the parent's alone nor lost in
/// the child.
class BlockedSignals {
public:
    BlockedSignals()
    {
        sigset_t all;
        ::sigfillset(&all);
        ::sigprocmask(SIG_SETMASK, &all, &before_);
    }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals(BlockedSignals&&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;
    BlockedSignals& operator=(BlockedSignals&&) = delete;
    ~BlockedSignals() { release(); }

    void release() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

struct Streams {
    int input;
    int output;
};

/// In the child: everything up to the new program. Only calls that are safe behind a fork.
[[noreturn]] void become_self(char* const* arguments, const Streams& streams, pid_t parent,
                              const BlockedSignals& signals)
{
    constexpr int cannot = 125;
    const struct sigaction by_default = action_of(SIG_DFL);
    for (int signal = 1; signal < SIGRTMIN; ++signal) {
        struct sigaction current{};
        if (::sigaction(signal, nullptr, &current) == 0 && !is_ignored(current))
            ::sigaction(signal, &by_default, nullptr);  // ours is none of the new program's
    }
    ::sigaction(SIGPIPE, &by_default, nullptr);  // ignored for our own output alone (outlive_readers)
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent)  // it ended in between
        ::_exit(cannot);
    if (::dup2(streams.input, STDIN_FILENO) < 0 || ::dup2(streams.output, STDOUT_FILENO) < 0 ||
        ::dup2(streams.output, STDERR_FILENO) < 0)
        ::_exit(cannot);
    signals.release();
    ::execv("/proc/self/exe", arguments);
    ::_exit(cannot);
}

/// Starts it, and has its signals passed on from then on; -1 where it cannot be.
pid_t start_self(std::vector<char*>& arguments, const Streams& streams)
{
    const pid_t parent = ::getpid();
    const BlockedSignals blocked;
    const pid_t child = ::fork();
    if (child == 0)
        become_self(arguments.data(), streams, parent, blocked);
    child_of_handler = child;
    return child;
}

}  // namespace

PassedSignals::PassedSignals()
{
    signal_of_handler = 0;
    const struct sigaction passing = action_of(pass_on);
    for (std::size_t i = 0; i < passed.size(); ++i) {
        ::sigaction(passed.at(i), nullptr, &before_.at(i));
        if (!is_ignored(before_.at(i)))
            ::sigaction(passed.at(i), &passing, nullptr);
    }
}

PassedSignals::~PassedSignals()
{
    for (std::size_t i = 0; i < passed.size(); ++i)
        ::sigaction(passed.at(i), &before_.at(i), nullptr);
}

int PassedSignals::received()
{
    return signal_of_handler;
}

std::expected<int, Failure> run_self(const std::vector<std::string>& arguments, const std::filesystem::path& log)
{
    const FileDescriptor input{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const FileDescriptor output{::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (input.get() < 0 || output.get() < 0)
        return std::unexpected(Failure{ExitCode::cannot_create, log.string() + ": " + last_error().message()});
    std::vector<std::string> words{"waybill"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers = argument_pointers(words);
    const pid_t child = start_self(pointers, {.input = input.get(), .output = output.get()});
    if (child < 0)
        return std::unexpected(Failure{ExitCode::internal, "a run cannot be started: " + last_error().message()});
    if (const int signal = signal_of_handler; signal != 0)  // it came before the child was known
        ::kill(child, signal);
    int waited = 0;
    while (::waitpid(child, &waited, 0) < 0)
        if (errno != EINTR)
            return std::unexpected(
                Failure{ExitCode::internal, "a run cannot be waited for: " + last_error().message()});
    child_of_handler = 0;
    return command_end_of(waited).exit_status;
}

}  // namespace waybill
