#pragma once

#include <string>
#include <vector>

namespace waybill {

/// The command that opens `address` on this host: BROWSER's first word list (with %s or the address at its end), or
/// xdg-open where there is a display. Empty where there is no browser to be started.
std::vector<std::string> browser_command(const std::string& address);

}  // namespace waybill
