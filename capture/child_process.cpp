#include "capture/child_process.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace waybill {

int ChildProcess::wait()
{
    int status = 0;
    const pid_t process = std::exchange(process_, 0);
    while (process != 0 && ::waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
    return status;
}

void close_all_but(std::vector<int> kept)
{
    std::ranges::sort(kept);
    unsigned next = 0;
    for (const int descriptor : kept) {
        if (descriptor < 0)
            continue;
        const auto number = static_cast<unsigned>(descriptor);
        if (number > next)
            ::syscall(SYS_close_range, next, number - 1, 0);
        next = std::max(next, number + 1);
    }
    ::syscall(SYS_close_range, next, ~0U, 0);
}

}  // namespace waybill
