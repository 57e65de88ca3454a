#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "logs/log_format.h"
#include "logs/log_record.h"

namespace waybill::logs {

/// The value of a field of a Zeek record; empty where it is unset.
using ZeekFields = std::function<std::string(std::string_view name)>;

/// What a record of conn.log, dns.log, ssl.log, http.log or quic.log names, by the standard field names. Where `path`
/// is not known, the fields tell it. Of dns.log the question is the endpoint, not the server that was asked.
LogRecord read_zeek_record(std::string_view path, const ZeekFields& fields);

/// Reads Zeek's own format line by line: `#fields` and what stands before it say how.
class ZeekTable {
public:
    /// Error: a header has too many columns.
    std::expected<LogRecord, LogError> read(std::string_view line);

private:
    std::expected<LogRecord, LogError> read_directive(std::string_view line);
    std::string value(const std::vector<std::string>& cells, std::string_view name) const;

    std::string separator_ = "\t";
    std::string unset_ = "-";
    std::string empty_ = "(empty)";
    std::string path_;
    std::vector<std::string> names_;
};

}  // namespace waybill::logs
