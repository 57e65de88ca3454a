#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

struct ExportFormat;

/// What `waybill report` was asked.
struct ReportOptions {
    enum class Format : std::uint8_t { text, json, markdown, html };

    std::filesystem::path case_folder;
    std::string declared;  ///< a vendor or a product; empty: the report itself
    Format format = Format::text;
    const ExportFormat* exported = nullptr;     ///< another program's format, in place of `format`
    bool all = false;                           ///< list every endpoint by itself
    std::filesystem::path output;               ///< the report goes here; empty: to standard output
    bool open = false;                          ///< in the user's browser, once it is written
    std::filesystem::path policy;               ///< whose verdict stands in the page; empty: none
    std::vector<std::filesystem::path> before;  ///< cases of earlier runs, from which the page tells the differences
    std::vector<std::filesystem::path> rules;   ///< folders of one's own packs
};

/// Prints the report of a case, or writes it as a page that stands by itself, or prints what is documented of a vendor
/// or product against what the case shows.
ExitCode report(const ReportOptions& options);

}  // namespace waybill
