#include "capture/browser/host_browser.h"

#include <cstdlib>
#include <sstream>
#include <string_view>

namespace waybill {
namespace {

std::string variable(const char* name)
{
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    return value == nullptr ? std::string{} : value;
}

}  // namespace

std::vector<std::string> browser_command(const std::string& address)
{
    constexpr std::string_view place = "%s";
    const std::string browsers = variable("BROWSER");
    std::istringstream words{browsers.substr(0, browsers.find(':'))};
    std::vector<std::string> command;
    bool is_placed = false;
    for (std::string word; words >> word;) {
        const std::size_t at = word.find(place);
        if (at != std::string::npos)
            word.replace(at, place.size(), address);
        is_placed |= at != std::string::npos;
        command.push_back(word);
    }
    if (command.empty() && (!variable("DISPLAY").empty() || !variable("WAYLAND_DISPLAY").empty()))
        command.emplace_back("xdg-open");
    if (!command.empty() && !is_placed)
        command.push_back(address);
    return command;
}

}  // namespace waybill
