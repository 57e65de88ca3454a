#include "wire/transport.h"

#include <algorithm>

namespace waybill {

using enum ParseError::Kind;

std::expected<TcpHeader, ParseError> parse_tcp(Bytes segment)
{
    constexpr unsigned min_header_octets = 20;  // RFC 9293, 3.1
    Cursor in{segment};
    TcpHeader tcp;
    tcp.source_port = in.u16();
    tcp.destination_port = in.u16();
    tcp.sequence = in.u32();
    tcp.acknowledgment = in.u32();
    tcp.header_octets = static_cast<std::uint8_t>((in.u8() >> 4U) * 4U);
    tcp.flags = in.u8();
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (tcp.header_octets < min_header_octets)
        return std::unexpected(ParseError{bad_value, 12});
    tcp.payload = segment.subspan(std::min<std::size_t>(tcp.header_octets, segment.size()));
    return tcp;
}

std::expected<UdpHeader, ParseError> parse_udp(Bytes datagram)
{
    Cursor in{datagram};
    UdpHeader udp;
    udp.source_port = in.u16();
    udp.destination_port = in.u16();
    udp.length = in.u16();
    in.skip(2);
    if (in.failed())
        return std::unexpected(in.error(truncated));
    if (udp.length != 0 && udp.length < UdpHeader::octets)
        return std::unexpected(ParseError{bad_value, 4});
    const Bytes rest = in.rest();
    udp.payload =
        udp.length == 0 ? rest : rest.first(std::min<std::size_t>(rest.size(), udp.length - UdpHeader::octets));
    return udp;
}

std::expected<SctpHeader, ParseError> parse_sctp(Bytes packet)
{
    Cursor in{packet};
    SctpHeader sctp;
    sctp.source_port = in.u16();
    sctp.destination_port = in.u16();
    if (in.failed())
        return std::unexpected(in.error(truncated));
    return sctp;
}

}  // namespace waybill
