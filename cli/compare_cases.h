#pragma once

#include <expected>
#include <filesystem>
#include <vector>

#include "cli/failure.h"
#include "cli/rule_folders.h"
#include "model/diff.h"

namespace waybill {

/// Folders of cases, or folders that hold some.
using CaseFolders = std::vector<std::filesystem::path>;

/// Reads the cases of both sides, rated by the same rules, and compares them.
std::expected<Diff, Failure> compare_cases(const BeforeAfter<CaseFolders>& sides, const Rules& rules);

}  // namespace waybill
