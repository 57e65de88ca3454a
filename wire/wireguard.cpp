#include "wire/wireguard.h"

namespace waybill::wireguard {
namespace {

// WireGuard: Next Generation Kernel Network Tunnel, 5.4.2, 5.4.3, 5.4.7 and 5.4.6.
constexpr std::size_t initiation_octets = 148;
constexpr std::size_t response_octets = 92;
constexpr std::size_t cookie_reply_octets = 64;
constexpr std::size_t min_transport_octets = 32;  // a keepalive: header and tag
constexpr std::size_t padding_unit = 16;
constexpr std::size_t min_full_octets = 1280;  // RFC 8200, 5: senders pad no further than the tunnel's MTU

}  // namespace

std::optional<MessageType> recognise(Bytes datagram, std::size_t wire_length)
{
    using enum MessageType;
    Cursor in{datagram};
    const std::uint8_t type = in.u8();
    const std::uint32_t reserved = in.u24();
    in.skip(8);  // an index and, in transport data, the low half of the little-endian counter
    const std::uint32_t counter_high = in.u32();
    if (in.failed() || reserved != 0)
        return std::nullopt;
    if (type == 1 && wire_length == initiation_octets)
        return initiation;
    if (type == 2 && wire_length == response_octets)
        return response;
    if (type == 3 && wire_length == cookie_reply_octets)
        return cookie_reply;
    const bool padded = wire_length % padding_unit == 0 || wire_length >= min_full_octets;
    if (type == 4 && wire_length >= min_transport_octets && padded && counter_high == 0)
        return transport_data;
    return std::nullopt;
}

}  // namespace waybill::wireguard
