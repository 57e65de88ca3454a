#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/record_options.h"

namespace waybill {

/// What `waybill capture` was asked.
struct CaptureOptions : RecordOptions {
    std::vector<std::string> interfaces;
    std::filesystem::path cgroup;          ///< empty: none
    std::string container;                 ///< an id, or its beginning; empty: none
    std::vector<std::uint32_t> processes;  ///< these and what they start
    std::string user;                      ///< by name; empty: any
    std::filesystem::path program;         ///< that is executed; empty: any
    std::string filter;
    std::optional<std::chrono::milliseconds> duration;
    std::uint64_t packets = 0;      ///< 0: no end
    unsigned rotate_megabytes = 0;  ///< 0: one file
    std::optional<std::chrono::milliseconds> rotate_time;
};

/// Records what a host, or a cgroup of it, sends and receives, reports, and gives the status to end with.
int capture_command(const CaptureOptions& options);

}  // namespace waybill
