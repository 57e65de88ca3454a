#include <cstdint>
#include <cstdlib>
#include <span>

#include "analyze/trim/facts_delta.h"
#include "base/cursor.h"

/// What is read from a comment is written as a comment that reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto octets = std::as_bytes(std::span{data, size});
    const auto delta = waybill::parse_comment(waybill::as_text(octets));
    if (!delta)
        return 0;
    const auto again = waybill::parse_comment(waybill::to_comment(*delta));
    if (!again || *again != *delta)
        std::abort();
    return 0;
}
