#include "capture/child_process.h"

#include <sys/wait.h>

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

}  // namespace waybill
