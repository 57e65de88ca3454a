#pragma once

#include <string_view>

#include "logs/log_record.h"

namespace waybill::logs {

/// A line of Squid's access.log in its native format (logformat squid): time, elapsed, client, result/status, octets,
/// method, URL, user, hierarchy/peer, type. What stands behind those is passed over.
LogRecord read_squid_line(std::string_view line);

}  // namespace waybill::logs
