#pragma once

#include <expected>
#include <filesystem>
#include <vector>

#include "cli/failure.h"

namespace waybill {

/// The folders whose packs are in force: those asked for, or those that come with the program.
std::expected<std::vector<std::filesystem::path>, Failure> find_rule_folders(
    const std::vector<std::filesystem::path>& asked);

}  // namespace waybill
