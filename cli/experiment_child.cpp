#include "cli/experiment_child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "base/file_descriptor.h"
#include "base/last_error.h"

namespace waybill {
namespace {

constexpr std::array passed{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

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

void handle(void (*handler)(int))
{
    struct sigaction action{};
    action.sa_handler = handler;  // NOLINT(cppcoreguidelines-pro-type-union-access): as sigaction(2) has it
    for (const int signal : passed)
        ::sigaction(signal, &action, nullptr);
}

/// In the child: everything up to the new program. Only calls that are safe behind a fork.
[[noreturn]] void become_self(char* const* arguments, int input, int output, pid_t parent)
{
    constexpr int cannot = 125;
    handle(SIG_DFL);
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent)  // it ended in between
        ::_exit(cannot);
    if (::dup2(input, STDIN_FILENO) < 0 || ::dup2(output, STDOUT_FILENO) < 0 || ::dup2(output, STDERR_FILENO) < 0)
        ::_exit(cannot);
    ::execv("/proc/self/exe", arguments);
    ::_exit(cannot);
}

int status_of(int waited)
{
    constexpr int by_signal = 128;
    return WIFSIGNALED(waited) ? by_signal + WTERMSIG(waited) : WEXITSTATUS(waited);
}

}  // namespace

PassedSignals::PassedSignals()
{
    signal_of_handler = 0;
    handle(pass_on);
}

PassedSignals::~PassedSignals()
{
    handle(SIG_DFL);
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
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
        return std::unexpected(Failure{ExitCode::internal, "a run cannot be started: " + last_error().message()});
    if (child == 0)
        become_self(pointers.data(), input.get(), output.get(), parent);
    child_of_handler = child;
    if (const int signal = signal_of_handler; signal != 0)  // it came before the child was known
        ::kill(child, signal);
    int waited = 0;
    while (::waitpid(child, &waited, 0) < 0)
        if (errno != EINTR)
            return std::unexpected(
                Failure{ExitCode::internal, "a run cannot be waited for: " + last_error().message()});
    child_of_handler = 0;
    return status_of(waited);
}

}  // namespace waybill
