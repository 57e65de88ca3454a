#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "capture/interface_counts.h"

/// Every interface has a name, and takes octets of the text; a number of IPv6 packets is told by name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    if (waybill::parse_ipv6_requests(text) && !text.contains("Ip6OutRequests"))
        std::abort();
    const auto interfaces = waybill::parse_interface_counts(text);
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
