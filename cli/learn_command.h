#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill learn` was asked.
struct LearnOptions {
    std::vector<std::filesystem::path> cases;
    std::filesystem::path policy;              ///< to compare with; empty: none
    bool merged = false;                       ///< print that policy with the changes
    std::string id;                            ///< of a new policy; empty: `learned`
    std::vector<std::filesystem::path> rules;  ///< folders of one's own packs
};

/// Prints a policy that allows what the cases contacted, or what they would change in one that there is.
ExitCode learn(const LearnOptions& options);

}  // namespace waybill
