#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/cursor.h"
#include "capture/interface_counts.h"

/// Every interface has a name, and takes octets of the text; a number of IPv6 packets stands there, behind its name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    if (const auto requests = waybill::parse_ipv6_requests(text)) {
        const std::string_view from = text.substr(std::min(text.find("Ip6OutRequests"), text.size()));
        if (!from.contains(std::to_string(*requests)))
            std::abort();
    }
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
