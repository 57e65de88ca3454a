// waybill_measure OUTPUT CPU SECONDS COMMAND...: runs COMMAND pinned to one CPU, its output to the file OUTPUT, and
// prints its processor time and peak memory as JSON.
//
// A child counts the memory that it had before exec as its own peak, so a script of some megabytes cannot measure a
// program of two: this program is small.
#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX, not of <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace {

constexpr int exit_usage = 64;
constexpr int exit_internal = 70;
constexpr int exit_not_found = 127;

std::optional<int> parse_number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    return error == std::errc{} && end == text.end() ? std::optional{value} : std::nullopt;
}

/// Becomes the command; comes back only when that fails.
void become(const char* output, int cpu, char** command)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(static_cast<std::size_t>(cpu), &cpus);
    const int file = ::open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || sched_setaffinity(0, sizeof cpus, &cpus) != 0 || dup2(file, STDOUT_FILENO) < 0) {
        std::perror("waybill_measure");
        return;
    }
    execvp(*command, command);
    std::perror(*command);
}

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Waits for `child`, whose time ends after `limit`.
int watch(pid_t child, std::chrono::seconds limit)
{
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const auto end = start + limit;
    // A waiting parent must not take time from a child on the same CPU: SIGALRM interrupts the one wait.
    struct sigaction on_alarm{};
    on_alarm.sa_handler = [](int) {};
    sigaction(SIGALRM, &on_alarm, nullptr);
    alarm(static_cast<unsigned int>(limit.count()));
    int status = 0;
    rusage usage{};
    bool timed_out = false;
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
        timed_out = Clock::now() >= end;
        if (timed_out)
            kill(child, SIGKILL);
    }
    const std::chrono::duration<double> wall = Clock::now() - start;
    fmt::print(R"({{"user":{:.6f},"system":{:.6f},"wall":{:.6f},"peak_kib":{},"status":{},"timed_out":{}}})"
               "\n",
               seconds(usage.ru_utime), seconds(usage.ru_stime), wall.count(), usage.ru_maxrss,
               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), timed_out);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::span words{argv, static_cast<std::size_t>(argc)};
    const auto cpu = words.size() > 4 ? parse_number(words[2]) : std::nullopt;
    const auto limit = words.size() > 4 ? parse_number(words[3]) : std::nullopt;
    if (!cpu || !limit || *cpu < 0 || *limit < 1) {
        std::fputs("usage: waybill_measure OUTPUT CPU SECONDS COMMAND...\n", stderr);
        return exit_usage;
    }
    const pid_t child = fork();
    if (child < 0)
        return exit_internal;
    if (child == 0) {
        become(words[1], *cpu, words.subspan(4).data());
        _exit(exit_not_found);
    }
    return watch(child, std::chrono::seconds{*limit});
}
