#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "logs/json_log.h"

// A field's path, a line feed, a record: whatever is JSON has a dialect, what is none is understood by no reader, and
// what is named is a name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    using enum logs::JsonDialect;
    const auto text = as_text(std::as_bytes(std::span{data, size}));
    const auto end = std::min(text.find('\n'), text.size());
    const auto record_text = text.substr(std::min(end + 1, text.size()));
    const bool is_json = logs::guess_dialect(record_text).has_value();
    for (const auto dialect : {zeek, adguard, pihole, sysmon, other}) {
        const logs::LogRecord record = logs::read_json_record(record_text, dialect, text.substr(0, end));
        if (!is_json && record.kind != logs::LogRecord::Kind::not_understood)
            std::abort();
        if ((record.kind == logs::LogRecord::Kind::endpoint) == record.endpoint.is_empty())
            std::abort();
        if (record.endpoint.host && Hostname::parse(record.endpoint.host->text()) != record.endpoint.host)
            std::abort();
    }
    return 0;
}
