#pragma once

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
    std::filesystem::path cgroup;  ///< empty: none
    std::string container;         ///< an id, or its beginning; empty: none
    std::string filter;
    std::optional<unsigned> duration_seconds;
    std::uint64_t packets = 0;      ///< 0: no end
    unsigned rotate_megabytes = 0;  ///< 0: one file
    unsigned rotate_seconds = 0;    ///< 0: one file
};

/// Records what a host, or a cgroup of it, sends and receives, reports, and gives the status to end with.
int capture_command(const CaptureOptions& options);

}  // namespace waybill
