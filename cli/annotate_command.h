#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "logs/log_format.h"

namespace waybill {

enum class AnnotationOutput : std::uint8_t { csv, ndjson, summary };

/// What `waybill annotate` was asked.
struct AnnotateOptions {
    std::vector<std::filesystem::path> inputs;
    std::optional<logs::LogFormat> format;   ///< else told by content
    std::optional<AnnotationOutput> output;  ///< else CSV for CSV, NDJSON for others
    std::string column;
    std::string field;
    std::string as_of;                         ///< 2026-08-22; empty: today
    std::vector<std::filesystem::path> rules;  ///< folders of one's own packs
};

/// Adds to logs what the rule packs say of their endpoints.
ExitCode annotate(const AnnotateOptions& options);

}  // namespace waybill
