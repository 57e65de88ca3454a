#include "capture/network/held_signals.h"

#include <sys/signalfd.h>

#include <array>

namespace waybill::contained {
namespace {

constexpr std::array passed_on{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

}  // namespace

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
