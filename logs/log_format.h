#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "logs/cut.h"
#include "logs/log_record.h"

namespace waybill::logs {

enum class LogFormat : std::uint8_t {
    hosts,  ///< a host, host:port, URL or address a line, and comments
    csv,
    zeek,
    zeek_json,
    squid,
    web,  ///< common and combined logs, tinyproxy's, HAProxy's
    dnsmasq,
    bind,
    unbound,
    adguard,
    pihole,
    sysmon_xml,
    sysmon_json,
    json,  ///< objects of any origin
};

/// The word of `--format` and of messages: `hosts`, `zeek-json`, …
std::string_view text(LogFormat format);
std::map<std::string, LogFormat> formats_by_word();

/// What the user says of a log.
struct LogOptions {
    std::optional<LogFormat> format = {};  ///< else it is recognised
    std::string column = {};               ///< of CSV: the heading of the column that holds the endpoint
    std::string field = {};                ///< of JSON: the member that does, by its path with dots
};

/// Why a log is not read.
struct LogError {
    enum class Kind : std::uint8_t { not_recognised, no_such_column } kind{};
    std::string message;  ///< what is wrong and what to do

    friend bool operator==(const LogError&, const LogError&) = default;
};

constexpr std::size_t max_columns = 4096;  ///< of a table: ten times what the widest exports have

/// The error of a table that has more.
LogError too_many_columns(std::size_t columns);

/// A format and how its records are cut.
struct Recognised {
    LogFormat format{};
    Frame frame = {};
    std::size_t prefix = 0;  ///< octets before the first record that are to be passed over
};

/// How much of a log tells its format: several records of every one.
constexpr std::size_t max_head_octets = std::size_t{64} * 1024;

/// Whether the beginning of a log is needed to read one of that format, because records can be cut in several ways.
bool needs_head(LogFormat format);

/// Tells a log's format by its beginning, of `max_head_octets` at most. Where the format is given, how it is cut.
std::expected<Recognised, LogError> recognise(std::string_view head, const LogOptions& options);

/// Reads records of a log one after the other; it may remember the names of columns. A column that is not there is an
/// error.
using RecordParser = std::function<std::expected<LogRecord, LogError>(std::string_view)>;
RecordParser make_parser(const Recognised& recognised, const LogOptions& options);

}  // namespace waybill::logs
