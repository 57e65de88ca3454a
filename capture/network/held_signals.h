#pragma once

#include <csignal>
#include <expected>

#include "base/file_descriptor.h"
#include "capture/network/run_error.h"

namespace waybill::contained {

/// The run was ended before its command began.
RunError signalled_before_start(int signal);

/// Blocks the signals that are passed on to the command, and SIGCHLD, for as long as it lives: they are read instead.
class HeldSignals {
public:
    HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals(HeldSignals&&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    HeldSignals& operator=(HeldSignals&&) = delete;
    ~HeldSignals();

    /// Whether a run whose command has not begun ends with this signal.
    static bool ends_run(int signal);

    /// Reads what has come before the command began: the error says that the run ends with it.
    std::expected<void, RunError> hear_before_start() const;

    /// Takes what has come and was not read: it is over, whatever it was to end.
    void discard() const;

    int descriptor() const { return descriptor_.get(); }  ///< a signalfd(2) of those that are passed on; borrowed
    const sigset_t& before() const { return before_; }    ///< the mask as it was

private:
    FileDescriptor descriptor_;
    sigset_t before_{};
    struct sigaction child_before_{};
};

}  // namespace waybill::contained
