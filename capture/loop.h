#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "base/file_descriptor.h"

namespace waybill {

/// One poll loop over file descriptors (epoll, level-triggered): the only way capture waits for anything.
class Loop {
public:
    using Ready = std::function<void()>;

    static std::expected<Loop, std::error_code> create();

    /// Calls `ready` whenever `descriptor` can be read, or has an error or hang-up. The descriptor stays the caller's
    /// and is forgotten before it is closed. Watching it again replaces `ready`.
    std::error_code watch(int descriptor, Ready ready);

    /// What `descriptor` is waited for from now on; watch() begins with reading. Errors and hang-ups always call.
    /// One that is not watched is left alone.
    enum class Wants : std::uint8_t { read, read_and_write, write };
    void want(int descriptor, Wants wants);

    /// Stops watching; safe inside a callback, of this or another descriptor.
    void forget(int descriptor);

    /// Waits at most `timeout` and serves what is ready by then, each descriptor once. False when nothing was.
    bool run_once(std::chrono::milliseconds timeout);

private:
    struct Watch {
        std::uint32_t generation = 0;
        Ready ready;
    };

    explicit Loop(FileDescriptor poll) : poll_{std::move(poll)} {}

    FileDescriptor poll_;
    std::unordered_map<int, std::shared_ptr<Watch>>
        watches_;  // shared with the call that is running, which may forget it
    std::uint32_t generation_ = 0;
};

}  // namespace waybill
