#include "capture/network/command_end.h"

#include <sys/wait.h>

namespace waybill {

CommandEnd command_end_of(int status)
{
    constexpr int signal_base = 128;  // as a shell tells it
    if (WIFSIGNALED(status))
        return {signal_base + WTERMSIG(status), WTERMSIG(status), {}};
    return {WEXITSTATUS(status), {}, {}};
}

}  // namespace waybill
