#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/export_formats.h"
#include "cli/failure.h"

namespace waybill {

/// Which export of a case, and where it goes.
struct ExportRequest {
    std::filesystem::path case_folder;
    const ExportFormat* format = nullptr;
    std::filesystem::path output;              ///< empty: standard output
    std::filesystem::path policy;              ///< whose verdict stands in it; empty: none
    std::vector<std::filesystem::path> rules;  ///< folders of one's own packs
};

/// Writes a case in a form that other programs take.
ExitCode export_case(const ExportRequest& request);

/// What `waybill export` was asked.
struct ExportOptions {
    std::filesystem::path case_folder;  ///< empty: the definition of the table alone
    std::string destination;            ///< `clickhouse`
    bool definition = false;            ///< the table's, in place of rows
    std::filesystem::path output;
    std::vector<std::filesystem::path> rules;
};

/// Prints the rows of a case for a fleet's database, or the table that takes them; sends nothing.
ExitCode export_rows(const ExportOptions& options);

}  // namespace waybill
