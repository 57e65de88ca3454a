#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "evidence/timestamp.h"

// No octets are a time-stamp that is trusted where no root is, and what is read of one ends with its last octet.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{waybill::as_text(std::as_bytes(std::span{data, size}))};
    const auto checked = waybill::evidence::check_timestamp(text, "waybill", std::nullopt);
    if (checked && (checked->is_trusted || checked->at.empty()))
        std::abort();
    if (checked && waybill::evidence::check_timestamp(text + "x", "waybill", std::nullopt))
        std::abort();
    if (waybill::evidence::check_timestamp(text, "waybill", "no certificate"))
        std::abort();
    return 0;
}
