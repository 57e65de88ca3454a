#pragma once

#include <filesystem>

#include "cli/exit_code.h"

namespace waybill {

/// Opens a page in the user's browser and does not wait for it: BROWSER, or xdg-open where there is a display. Says on
/// stderr where the page is, and why it is not opened: never by root, whose browser would run as root.
ExitCode open_page(const std::filesystem::path& page);

}  // namespace waybill
