#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "wire/tunnel.h"

/// What a tunnel carries is a part of what carries it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    waybill::Cursor in{std::as_bytes(std::span{data, size})};
    const auto port = in.u16();
    const auto other_port = in.u16();
    const auto protocol = static_cast<waybill::IpProtocol>(in.u8());
    const auto payload = in.rest();
    if (const auto inner = waybill::parse_udp_tunnel(port, other_port, payload))
        if (inner->payload.size() > payload.size())
            std::abort();
    if (const auto inner = waybill::parse_ip_tunnel(protocol, payload))
        if (inner->payload.size() > payload.size())
            std::abort();
    return 0;
}
