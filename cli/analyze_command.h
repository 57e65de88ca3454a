#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

enum class OutputFormat : std::uint8_t { text, json, ndjson };

/// What `waybill analyze` was asked.
struct AnalyzeOptions {
    std::vector<std::filesystem::path> inputs;
    std::string filter;
    OutputFormat format = OutputFormat::text;
    std::vector<std::filesystem::path> rules;  ///< folders of packs
    bool all = false;                          ///< fold nothing
    bool trust_comments = false;
};

/// Analyses capture files, or a case into itself, and prints what was found.
ExitCode analyze(const AnalyzeOptions& options);

}  // namespace waybill
