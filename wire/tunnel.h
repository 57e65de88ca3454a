#pragma once

#include <cstdint>
#include <optional>

#include "base/cursor.h"
#include "wire/ip.h"
#include "wire/link_layer.h"

namespace waybill {

/// What a tunnel's header carries: an IP packet or an Ethernet frame. Nothing where the octets are no such header, for
/// what is not a tunnel then is an ordinary flow.
///
/// IP in IP (RFC 2003, 2473, 4213), GRE (RFC 2784, 2890; ERSPAN, PPTP's version 1 of RFC 2637), MPLS in IP (RFC 4023),
/// EtherIP (RFC 3378).
std::optional<LayerPayload> parse_ip_tunnel(IpProtocol protocol, Bytes payload);

/// The same over UDP: VXLAN (RFC 7348), VXLAN-GPE, Geneve (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380), MPLS
/// over UDP (RFC 7510). Recognised by their assigned port and a header that fits; Teredo on any port, by its prefix.
std::optional<LayerPayload> parse_udp_tunnel(std::uint16_t source_port, std::uint16_t destination_port, Bytes payload);

}  // namespace waybill
