#pragma once

#include <csignal>

#include "base/file_descriptor.h"

namespace waybill::contained {

/// Blocks the signals that are passed on to the command, and SIGCHLD, for as long as it lives: they are read instead.
class HeldSignals {
public:
    HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals(HeldSignals&&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    HeldSignals& operator=(HeldSignals&&) = delete;
    ~HeldSignals();

    int descriptor() const { return descriptor_.get(); }  ///< a signalfd(2) of those that are passed on; borrowed
    const sigset_t& before() const { return before_; }    ///< the mask as it was

private:
    FileDescriptor descriptor_;
    sigset_t before_{};
    struct sigaction child_before_{};
};

}  // namespace waybill::contained
