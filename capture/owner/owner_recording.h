#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/owner/owner_losses.h"
#include "capture/recorder.h"

namespace waybill {

/// Who tells whose sockets are.
enum class OwnerSource : std::uint8_t {
    kernel,  ///< programs in the kernel (kernel_owners.h)
    calls,   ///< the calls of the processes themselves (call_owners.h)
};

/// kernel, seccomp: the words of owners.ndjson.
constexpr std::string_view text(OwnerSource source)
{
    return source == OwnerSource::kernel ? "kernel" : "seccomp";
}

/// What a recording of owners tells of its work.
struct OwnerRecording {
    OwnerSource source = OwnerSource::kernel;
    std::vector<RecordedInterface> interfaces;  ///< where it records the packets too
    std::optional<KernelCounter> counter;       ///< of the cgroup, where its packets are recorded
    std::optional<std::string> failure;         ///< why it stopped early
    KernelLosses losses;
    CallLosses call_losses;
    Departures left;
    std::vector<RefusedHook> refused;  ///< hooks that this kernel does not have, or does not give
    std::uint64_t processes = 0;
    std::uint64_t sockets = 0;
    std::uint64_t refused_marks = 0;  ///< beyond the bound, where it takes them

    friend bool operator==(const OwnerRecording&, const OwnerRecording&) = default;
};

/// As text (JSON) between two processes of one run: no public format.
std::string write_recording(const OwnerRecording& recording);

/// Reads what write_recording wrote; the error is that it says nothing of the kind.
std::expected<OwnerRecording, std::string> read_recording(std::string_view text);

}  // namespace waybill
