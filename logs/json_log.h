#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "logs/log_record.h"

namespace waybill::logs {

/// What wrote a log of JSON objects.
enum class JsonDialect : std::uint8_t {
    zeek,
    adguard,  ///< AdGuard Home: querylog.json, or what its API gives
    pihole,   ///< Pi-hole: what its API gives
    sysmon,   ///< Winlogbeat, ConvertTo-Json of Get-WinEvent, or a dump of an .evtx file
    other,    ///< well-known names, or the one that the user named
};

/// Whose record that text is, by its members; nothing when it is no JSON object or array.
std::optional<JsonDialect> guess_dialect(std::string_view text);

/// Whether a record of no known origin holds an endpoint under a well-known name, or more members than are looked at.
bool has_known_member(std::string_view text);

/// What a record names. `field` is the member that holds the endpoint, by its path with dots; empty: it is guessed.
LogRecord read_json_record(std::string_view text, JsonDialect dialect, std::string_view field);

}  // namespace waybill::logs
