#pragma once

#include <string_view>

#include "logs/log_record.h"

namespace waybill::logs {

/// A line of a proxy's log that shows the request line: the common and combined formats (Apache, nginx, mitmproxy's
/// and others' that follow them), tinyproxy's own, and HAProxy's httplog.
///
/// A target that is absolute or of CONNECT names an endpoint; a path alone was asked of the server itself. What
/// HAProxy's httpslog says of the server name is taken where it is there.
LogRecord read_web_line(std::string_view line);

}  // namespace waybill::logs
