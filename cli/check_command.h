#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill check` was asked.
struct CheckOptions {
    enum class Format : std::uint8_t { text, json };

    std::filesystem::path case_folder;
    std::filesystem::path policy;              ///< a file, or the name of one that comes with Waybill
    std::vector<std::filesystem::path> rules;  ///< folders of one's own packs
    Format format = Format::text;
    std::string as_of;     ///< a day; empty: that of the recording's end
    bool all = false;      ///< list what is allowed, too
    bool explain = false;  ///< show the entries that lost
    bool fail_on_review = false;
};

/// Judges a case: 1 on a violation, 2 where a gap forbids the verdict, else 0.
ExitCode check(const CheckOptions& options);

}  // namespace waybill
