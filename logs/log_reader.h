#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "logs/log_format.h"
#include "logs/log_record.h"
#include "logs/record_splitter.h"
#include "logs/text_decoder.h"

namespace waybill::logs {

/// A record and where it stands.
struct LoggedLine {
    std::uint64_t line = 0;  ///< that it begins on, from 1
    std::string_view text;   ///< borrowed for the call; empty lines have none
    LogRecord record;
};

/// Reads a log of any format as its octets come, in bounded memory: of the beginning as much as tells the format, then
/// a record at a time.
class LogReader {
public:
    using See = std::function<void(LoggedLine)>;

    LogReader(LogOptions options, See see) : options_{std::move(options)}, see_{std::move(see)} {}

    /// Reads on. Error: the format is not recognised, or a column is not there; then nothing more is to be read.
    std::expected<void, LogError> add(std::string_view octets);

    /// Reads what is left, when no more octets come. A log without octets has no format and is no error.
    std::expected<void, LogError> finish();

    /// Nothing until it is told, or when there was nothing to tell it by.
    std::optional<LogFormat> format() const { return format_; }

private:
    std::expected<void, LogError> add_text(std::string_view text);
    std::expected<void, LogError> start();
    std::expected<void, LogError> read_records();
    std::expected<LogRecord, LogError> read(const RawRecord& raw);

    LogOptions options_;
    See see_;
    TextDecoder decoder_;
    std::string head_;
    std::optional<LogFormat> format_;
    std::optional<RecordSplitter> splitter_;
    RecordParser parser_;
};

}  // namespace waybill::logs
