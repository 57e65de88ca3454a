#include <cstdlib>
#include <span>

#include "wire/ip.h"
#include "wire/transport.h"

/// An IP packet never claims more payload than its length, nor shows more than it claims; the same for what it carries.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto octets = std::as_bytes(std::span{data, size});
    const auto wire_octets = static_cast<std::uint32_t>(size);
    for (const auto& ip : {parse_ipv4(octets, wire_octets), parse_ipv6(octets, wire_octets)}) {
        if (!ip)
            continue;
        if (ip->payload_length > ip->length || ip->payload.size() > ip->payload_length)
            std::abort();
        if (const auto tcp = parse_tcp(ip->payload); tcp && tcp->payload.size() > ip->payload.size() - 14)
            std::abort();
        if (const auto udp = parse_udp(ip->payload);
            udp && udp->payload.size() > ip->payload.size() - UdpHeader::octets)
            std::abort();
        if (parse_sctp(ip->payload) && ip->payload.size() < 4)
            std::abort();
    }
    return 0;
}
