#pragma once

#include <sys/types.h>

#include <utility>
#include <vector>

namespace waybill {

/// Closes every descriptor of this process but these; negative ones are none.
void close_all_but(std::vector<int> kept);

/// A child that is waited for when this object goes; 0 is none.
class ChildProcess {
public:
    ChildProcess() = default;
    explicit ChildProcess(pid_t process) : process_{process} {}
    ChildProcess(ChildProcess&& other) noexcept : process_{std::exchange(other.process_, 0)} {}
    ChildProcess& operator=(ChildProcess&& other) noexcept
    {
        std::swap(process_, other.process_);
        return *this;
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess() { wait(); }

    /// Waits for its end. Its status is waitpid(2)'s; 0 when there is no such child.
    int wait();

private:
    pid_t process_ = 0;
};

}  // namespace waybill
