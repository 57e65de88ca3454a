#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "wire/ip.h"
#include "wire/transport.h"

/// A payload is no longer than the headers say, and a part of the packet; and so is the transport's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto packet = std::as_bytes(std::span{data, size});
    const auto wire_octets = static_cast<std::uint32_t>(size + 7);
    for (const auto& ip : {waybill::parse_ipv4(packet, wire_octets), waybill::parse_ipv6(packet, wire_octets)}) {
        if (!ip)
            continue;
        if (ip->payload.size() > ip->payload_length || ip->payload.size() > size || ip->payload_length > ip->length)
            std::abort();
        const auto tcp = waybill::parse_tcp(ip->payload);
        if (tcp && tcp->payload.size() > ip->payload.size())
            std::abort();
        const auto udp = waybill::parse_udp(ip->payload);
        if (udp && udp->payload.size() + waybill::UdpHeader::octets > ip->payload.size())
            std::abort();
    }
    return 0;
}
