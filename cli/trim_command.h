#pragma once

#include <filesystem>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

struct TrimOptions {
    std::vector<std::filesystem::path> inputs;  ///< "-" is standard input
    std::filesystem::path output;               ///< must not be there
};

/// Writes captures anew with what names something and no other payload, as recordings keep packets.
ExitCode trim(const TrimOptions& options);

}  // namespace waybill
