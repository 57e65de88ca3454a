#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>

#include "base/file_descriptor.h"
#include "capture/loop.h"
#include "capture/network/run_error.h"
#include "capture/network/time_limit.h"
#include "capture/terminal/steering.h"
#include "model/time.h"

namespace waybill::contained {

/// The processes of a pid namespace as its init sees them: the command, what it starts, and what it leaves behind.
class ProcessTree {
public:
    using Clock = std::chrono::steady_clock;

    /// `linger`: how long what the command leaves behind may run on; nothing: as long as it likes.
    /// `steering` is borrowed, and null where nobody drives the command.
    ProcessTree(std::optional<std::chrono::milliseconds> linger, std::optional<std::chrono::milliseconds> limit,
                const Steering* steering)
        : linger_{linger}, limit_{limit}, steering_{steering}
    {
    }

    /// Watches for the end of processes, and for the driver's word; SIGCHLD must be blocked. `loop` outlives the tree,
    /// and the tree stays where it is.
    std::error_code attach(Loop& loop);

    void begin(pid_t command);

    /// Sends a signal to the command while it runs; afterwards the first one ends the lingering.
    void forward(int signal);
    /// What the terminal sends to a whole process group has reached the command already.
    void from_terminal();

    /// Ends the command when its time is over, and what is left when it has lingered long enough. To be called about
    /// every 100 ms.
    void tick(Clock::time_point now);

    /// True when no process is left, or when a killed one does not go within some seconds.
    bool is_over() const { return is_over_; }

    std::optional<int> command_status() const { return status_; }  ///< of waitpid(2)
    Timestamp command_ended() const { return command_ended_; }
    bool timed_out() const { return limit_.was_reached(); }
    std::uint64_t killed() const { return killed_; }  ///< processes that lingered too long and were ended

private:
    void reap();
    void hear_driver(Loop& loop);

    std::optional<std::chrono::milliseconds> linger_;
    TimeLimit limit_;
    const Steering* steering_;
    FileDescriptor signals_;
    pid_t command_ = 0;
    std::optional<int> status_;
    Timestamp command_ended_;
    std::optional<Clock::time_point> deadline_;
    bool killing_ = false;
    bool is_over_ = false;
    std::uint64_t killed_ = 0;
};

}  // namespace waybill::contained
