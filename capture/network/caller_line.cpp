#include "capture/network/caller_line.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "capture/network/held_signals.h"
#include "capture/network/preparation.h"

namespace waybill::contained {

RunError ended_before_start(const Forwarded& word)
{
    return word.uplink_ended ? RunError{RunError::Kind::not_permitted, "the uplink ended before the command began"}
                             : signalled_before_start(word.signal);
}

std::expected<void, RunError> hear_before_start(int control)
{
    Forwarded word;
    while (::recv(control, &word, sizeof word, MSG_DONTWAIT) == sizeof word)  // a word each round
        if (word.uplink_ended || HeldSignals::ends_run(word.signal))
            return std::unexpected(ended_before_start(word));
    return {};
}

void bind_to_caller()
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

UserMap await_map(int control)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // a caller that changed its user is not
    send_all(control, word_mappable);
    UserMap map{};
    if (::recv(control, &map, sizeof map, MSG_WAITALL) != static_cast<ssize_t>(sizeof map))
        ::_exit(1);
    return map;
}

OwnerSource await_watch(int line)
{
    OwnerSource source{};
    if (::recv(line, &source, sizeof source, MSG_WAITALL) != static_cast<ssize_t>(sizeof source))
        ::_exit(1);
    return source;
}

void tell(int control, const Outcome& outcome)
{
    send_all(control, write_outcome(outcome));  // a caller that has gone wants none
    ::shutdown(control, SHUT_WR);
    ::_exit(0);
}

}  // namespace waybill::contained
