#include <cstdlib>
#include <functional>
#include <span>

#include "wire/tunnel.h"

/// What a tunnel carries ends where its packet ends. The first octets are the IP protocol and a UDP port.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    Cursor in{std::as_bytes(std::span{data, size})};
    const auto protocol = static_cast<IpProtocol>(in.u8());
    const std::uint16_t port = in.u16();
    const Bytes payload = in.rest();
    for (const auto& inner : {parse_ip_tunnel(protocol, payload), parse_udp_tunnel(port, 40000, payload)}) {
        if (!inner || inner->payload.empty())
            continue;
        const bool is_inside = !std::less{}(inner->payload.data(), payload.data()) &&
                               !std::less{}(std::to_address(payload.end()), std::to_address(inner->payload.end()));
        if (!is_inside)
            std::abort();
    }
    return 0;
}
