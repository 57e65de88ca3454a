#include "capture/network/held_signals.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

namespace waybill::contained {
namespace {

constexpr std::array passed_on{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

}  // namespace

RunError signalled_before_start(int signal)
{
    return {RunError::Kind::not_permitted,
            fmt::format("signal {} came before the command began: it was not run", signal)};
}

bool HeldSignals::ends_run(int signal)
{
    return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT;
}

std::expected<void, RunError> HeldSignals::hear_before_start() const
{
    signalfd_siginfo received{};
    while (::read(descriptor(), &received, sizeof received) == static_cast<ssize_t>(sizeof received))  // a signal each
        if (ends_run(static_cast<int>(received.ssi_signo)))
            return std::unexpected(signalled_before_start(static_cast<int>(received.ssi_signo)));
    return {};
}

void HeldSignals::discard() const
{
    signalfd_siginfo received{};
    while (::read(descriptor(), &received, sizeof received) == static_cast<ssize_t>(sizeof received))  // a signal each
        continue;
}

HeldSignals::HeldSignals()
{
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : passed_on)
        sigaddset(&held, signal);
    descriptor_ = FileDescriptor{::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK)};
    sigaddset(&held, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
    // Children whose end is ignored cannot be waited for.
    struct sigaction by_default{};
    by_default.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &by_default, &child_before_);
}

HeldSignals::~HeldSignals()
{
    ::sigaction(SIGCHLD, &child_before_, nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace waybill::contained
