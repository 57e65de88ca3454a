#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "capture/interface_counts.h"

/// Every interface has a name, and takes octets of the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto interfaces = waybill::parse_interface_counts(waybill::as_text(std::as_bytes(std::span{data, size})));
    if (!interfaces)
        return 0;
    std::size_t octets = 0;
    for (const waybill::InterfaceCounts& interface : *interfaces) {
        if (interface.name.empty())
            std::abort();
        octets += interface.name.size();
    }
    if (octets > size)
        std::abort();
    return 0;
}
