#pragma once

#include <filesystem>

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill demo` was asked.
struct DemoOptions {
    std::filesystem::path folder = "waybill-demo";  ///< where the sample goes; it must not be there
    bool no_open = false;                           ///< leave the page to be opened by somebody
};

/// Copies the sealed sample case that comes with the program, verifies the copy, writes its report as a page beside it,
/// says what it is and what to try next, and opens the page.
ExitCode demo(const DemoOptions& options);

}  // namespace waybill
