#pragma once

#include <optional>
#include <string_view>

#include "logs/sysmon_event.h"

namespace waybill::logs {

/// Reads one `<Event …>…</Event>` of Windows' log in XML, as wevtutil writes it. Nothing when it is no well-formed XML,
/// when anything stands before it, or when it names one of its data twice.
std::optional<WindowsEvent> parse_windows_event(std::string_view element);

/// What that event names.
LogRecord read_sysmon_element(std::string_view element);

}  // namespace waybill::logs
