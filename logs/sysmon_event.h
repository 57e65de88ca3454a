#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logs/log_record.h"

namespace waybill::logs {

/// An event of Windows' log, whatever wrote it out.
struct WindowsEvent {
    std::string provider;  ///< empty where it is not told
    std::string id;
    std::string computer;
    std::vector<std::pair<std::string, std::string>> data;  ///< by name
};

/// What Sysmon's events 3 (network connection) and 22 (DNS query) name; others, and those of other providers, name
/// nothing.
///
/// DestinationHostname is what reverse DNS calls the address, which is not what was asked for: it is told as such, and
/// the endpoint is the address. A connection that came in has no endpoint of interest.
LogRecord read_sysmon_event(const WindowsEvent& event);

}  // namespace waybill::logs
