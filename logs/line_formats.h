#pragma once

#include <array>
#include <string_view>

#include "logs/log_format.h"

namespace waybill::logs {

/// A line of a host list: an endpoint, and perhaps a comment that begins with `#`.
LogRecord read_host_line(std::string_view line);

/// Formats of which each line speaks for itself.
struct LineFormat {
    LogFormat format;
    LogRecord (*read)(std::string_view line);
};
extern const std::array<LineFormat, 6> line_formats;

}  // namespace waybill::logs
