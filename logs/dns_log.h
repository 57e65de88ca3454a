#pragma once

#include <string_view>

#include "logs/log_record.h"

// Lines of name servers' query logs. The name that was asked for is the endpoint, which is no contact; an answer or a
// forwarded question names nothing new.

namespace waybill::logs {

/// dnsmasq with log-queries, also extra, and Pi-hole's log, which is of that form: `dnsmasq[12]: query[A] NAME from …`.
LogRecord read_dnsmasq_line(std::string_view line);

/// BIND's category `queries`: `client … : query: NAME IN A …`.
LogRecord read_bind_line(std::string_view line);

/// Unbound with log-queries or log-replies, also tagged: `unbound[12:0] info: 192.0.2.7 NAME. A IN`.
LogRecord read_unbound_line(std::string_view line);

}  // namespace waybill::logs
