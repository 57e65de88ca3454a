#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill rules …` was asked.
struct RulesOptions {
    std::vector<std::filesystem::path> rules;  ///< folders of packs
    std::string subject;                       ///< an endpoint, or the id of a pack or a rule
};

ExitCode list_rules(const RulesOptions& options);     ///< all packs, a line each
ExitCode show_rules(const RulesOptions& options);     ///< one pack or rule
ExitCode explain_rules(const RulesOptions& options);  ///< what an endpoint is for, who says so, and why
ExitCode lint_rules(const RulesOptions& options);     ///< checks the packs; findings end with 78

}  // namespace waybill
