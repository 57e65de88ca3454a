#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "cli/exit_code.h"
#include "model/diff.h"

namespace waybill {

enum class DiffFormat : std::uint8_t { text, json, markdown };
enum class DiffFailure : std::uint8_t { nothing, new_purpose, new_endpoint, any };

/// What `waybill diff` was asked.
struct DiffOptions {
    BeforeAfter<std::filesystem::path> sides;                 ///< each a case, or a folder of cases
    BeforeAfter<std::vector<std::filesystem::path>> several;  ///< in place of those
    std::vector<std::filesystem::path> rules;                 ///< folders of packs
    DiffFormat format = DiffFormat::text;
    DiffFailure fail_on = DiffFailure::nothing;
    bool all = false;  ///< list everything
};

/// Compares two cases, or two sets of repeated ones, and prints what is new, gone and changed.
ExitCode diff_cases(const DiffOptions& options);

}  // namespace waybill
