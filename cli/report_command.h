#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill report` was asked.
struct ReportOptions {
    enum class Format : std::uint8_t { text, json, markdown };

    std::filesystem::path case_folder;
    std::string declared;  ///< a vendor or a product; empty: the report itself
    Format format = Format::text;
    bool all = false;                          ///< list every endpoint by itself
    std::vector<std::filesystem::path> rules;  ///< folders of one's own packs
};

/// Prints the report of a case, or what is documented of a vendor or product against what the case shows.
ExitCode report(const ReportOptions& options);

}  // namespace waybill
