#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/ascii.h"
#include "base/cursor.h"
#include "logs/line_formats.h"

// Whatever a line of any format names stands in it, and what is not understood has a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto line = as_text(std::as_bytes(std::span{data, size}));
    for (const logs::LineFormat& format : logs::line_formats) {
        const logs::LogRecord record = format.read(line);
        if (record.endpoint.host && !in_lower_case(line).contains(record.endpoint.host->text()))
            std::abort();
        if (!line.contains(record.owner.user))
            std::abort();
        if ((record.kind == logs::LogRecord::Kind::not_understood) == record.problem.empty())
            std::abort();
        if ((record.kind == logs::LogRecord::Kind::endpoint) == record.endpoint.is_empty())
            std::abort();
    }
    return 0;
}
