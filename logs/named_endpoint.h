#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "logs/log_record.h"

namespace waybill::logs {

/// From a host, host:port, host:port/udp, an address with or without a port, a URL, or a URL without its scheme. A URL
/// says the port that its scheme stands for (RFC 3986, 3.2.3) where it has none.
///
/// The error says what is wrong, as a whole sentence without its full stop.
std::expected<LoggedEndpoint, std::string_view> read_endpoint(std::string_view text, NamedBy named_by);

/// The same of a name or an address alone. The root of the DNS, ".", gives an empty endpoint.
std::expected<LoggedEndpoint, std::string_view> read_name(std::string_view name, NamedBy named_by);

/// Of a record whose only endpoint that text is; not understood where it is none.
LogRecord read_endpoint_record(std::string_view text, NamedBy named_by);
LogRecord read_name_record(std::string_view name, NamedBy named_by);

/// A port from 1 to 65535 in digits.
std::optional<Port> read_port(std::string_view digits);

/// `tcp`, `Tcp`, `6`, …; nothing for others.
std::optional<Transport> read_transport(std::string_view word);

/// Whether a cell stands for "not there": empty, "-", "(empty)", "null" and the like.
bool is_absent(std::string_view cell);

}  // namespace waybill::logs
