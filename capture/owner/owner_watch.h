#pragma once

#include <expected>
#include <string>

#include "capture/owner/cgroup.h"
#include "capture/owner/cgroup_guard.h"
#include "capture/owner/recording_process.h"

namespace waybill {

/// A cgroup that is watched, with a guard: what is put into it is recorded, and does not outlive the caller. Everything
/// goes with this object, but for processes that are in the cgroup still.
struct OwnerWatch {
    Cgroup cgroup;
    CgroupGuard guard;
    RecordingProcess recorder;  // the first to go

    /// Needs root. Signals that are not for the helpers are blocked by now; the caller has one thread. It watches once
    /// `recorder.await_ready()` has returned. The error says what is in the way.
    static std::expected<OwnerWatch, std::string> begin(RecordingOptions options);
};

}  // namespace waybill
