#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "rules/plan/run_log.h"

// What is read and written again is the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto records = waybill::rules::parse_run_log(waybill::as_text(std::as_bytes(std::span{data, size})));
    if (!records)
        return 0;
    std::string lines;
    for (const auto& record : *records)
        lines += waybill::rules::run_log_line(record);
    const auto again = waybill::rules::parse_run_log(lines);
    if (!again || *again != *records)
        std::abort();
    return 0;
}
