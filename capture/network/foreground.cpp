#include "capture/network/foreground.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace waybill::contained {

Foreground::Foreground() : terminal_{::open("/dev/tty", O_RDWR | O_CLOEXEC)}
{
    if (terminal_ && ::tcgetpgrp(terminal_.get()) != ::getpgrp())
        terminal_.reset();
}

Foreground::~Foreground()
{
    if (!terminal_ || ::tcgetpgrp(terminal_.get()) == ::getpgrp())
        return;
    sigset_t background_output;
    sigset_t before;
    sigemptyset(&background_output);
    sigaddset(&background_output, SIGTTOU);  // which would stop us for taking it
    ::sigprocmask(SIG_BLOCK, &background_output, &before);
    ::tcsetpgrp(terminal_.get(), ::getpgrp());
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace waybill::contained
