#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "capture/host/host_run.h"
#include "capture/owner/cgroup.h"

namespace waybill::host {

/// What the recording process needs.
struct RecorderPlan {
    const HostRunOptions& options;
    const Cgroup& cgroup;
    FileDescriptor control;
    FileDescriptor packets;
    FileDescriptor owners;
};

/// What the recording process says first: it watches, or why it can't.
constexpr std::string_view ready = "ready\n";

/// The life of the recording process, from the fork to its exit. It begins as root, and drops what it has before the
/// first packet is read. It ends when the other end of `control` is shut: then all that waits is written, and told.
[[noreturn]] void record(RecorderPlan plan) noexcept;

/// The process's last words, as text (JSON) between two processes of one run: no public format.
std::string write_recording(const HostRecording& recording);

/// Reads what write_recording wrote; the error is what it says instead, or that it says nothing.
std::expected<HostRecording, std::string> read_recording(std::string_view text);

}  // namespace waybill::host
