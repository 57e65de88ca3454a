#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "logs/zeek_log.h"

// Every row that is understood has as many cells as the header before it, whatever stands in either, and no header has
// more than is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill::logs;
    auto rest = waybill::as_text(std::as_bytes(std::span{data, size}));
    ZeekTable table;
    std::size_t columns = 0;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const auto read = table.read(rest.substr(0, end));
        if (!read)
            return 0;
        const LogRecord& record = *read;
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
        if (record.kind == LogRecord::Kind::header)
            columns = record.fields.size();
        if (columns > max_columns)
            std::abort();
        if (record.kind != LogRecord::Kind::header && record.problem.empty() && !record.fields.empty() &&
            record.fields.size() != columns)
            std::abort();
        if ((record.kind == LogRecord::Kind::endpoint) == record.endpoint.is_empty())
            std::abort();
    }
    return 0;
}
