#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/report.h"

// What several exports say of a contact, in the same words. As it is in the report: each format escapes it by itself.

namespace waybill::exported {

/// The process of that id; null for 0 and for one that the report does not know.
const Process* find_process(const Report& report, std::uint64_t id);

/// Tells a recording from every other one: the installation, and when it began by its clock, to the nanosecond. Empty
/// for capture files.
std::string run_id(const Report& report);

/// The recorded command's program as it was called, without folders; else "capture".
std::string tool_name(const Report& report);

/// The host of a contact, or its address where no name is sure.
std::string host_text(const Contact& contact);

/// "tcp://api.example:443", "udp://[2001:db8::1]:53", "icmp://192.0.2.1": an endpoint as a URI (RFC 3986). The scheme
/// is the transport's: what is spoken above it is not claimed.
std::string endpoint_uri(const Contact& contact);

/// Text as a part of a URI's path: what is not unreserved (RFC 3986, 2.3) is written by its octets; "/" stays.
std::string uri_path(std::string_view text);

/// "model-inference telemetry"
std::string purposes_text(const Rating& rating, std::string_view between = " ");

/// RFC 3339 in UTC, in milliseconds.
std::string to_milliseconds(Timestamp time);

/// Milliseconds since 1970.
std::int64_t milliseconds_of(Timestamp time);

}  // namespace waybill::exported
