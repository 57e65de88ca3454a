#pragma once

#include <filesystem>
#include <string>

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill mark` was asked.
struct MarkOptions {
    std::string label;
    std::filesystem::path case_folder;  ///< of the recording; empty: the one that it is in, else the latest that runs
};

/// Marks in a running recording that a phase begins (docs/commands/mark.md).
ExitCode mark(const MarkOptions& options);

}  // namespace waybill
