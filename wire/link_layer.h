#pragma once

#include <cstdint>
#include <expected>

#include "base/cursor.h"
#include "base/parse_error.h"
#include "model/packet.h"

namespace waybill {

/// What a link-layer frame carries, as the IANA registry of EtherTypes numbers it. Other values stay representable.
enum class EtherType : std::uint16_t {
    ipv4 = 0x0800,
    vlan = 0x8100,
    transparent_ethernet = 0x6558,
    ipv6 = 0x86dd,
    mpls = 0x8847,
    mpls_upstream = 0x8848,
    pppoe_session = 0x8864,
    service_vlan = 0x88a8,
    erspan_ii = 0x88be,
    erspan_iii = 0x22eb,
    stacked_vlan = 0x9100,
    none = 0,  ///< not an EtherType: a control protocol, an encrypted or a management frame
};

/// The payload of one layer and what it is. `payload` is borrowed from the frame.
struct LayerPayload {
    EtherType type = EtherType::none;
    Bytes payload;
};

/// Takes the link-layer header off: Ethernet (II and 802.3 with LLC/SNAP), Linux cooked v1 and v2, raw IP, BSD null and
/// loop, PPP (plain, HDLC-framed, with direction octet, PPPoE), Cisco HDLC, frame relay (RFC 2427), 802.11 with and
/// without radiotap, Prism or PPI, and NFLOG. VLAN tags, MPLS labels and PPPoE are left to parse_shim().
///
/// Errors: `truncated`; `unsupported` for a link type that is not in this list; `bad_value` for a header that
/// contradicts itself.
std::expected<LayerPayload, ParseError> parse_link_layer(LinkType type, Bytes frame);

/// Takes one VLAN tag, MPLS label stack or PPPoE session header off; what carries none comes back unchanged.
///
/// Errors: `truncated`; `bad_value` where what follows a label stack is not recognisable.
std::expected<LayerPayload, ParseError> parse_shim(LayerPayload layer);

/// Whether parse_shim() has something to take off.
bool is_shim(EtherType type);

/// An Ethernet frame, as it stands on a cable and inside tunnels.
std::expected<LayerPayload, ParseError> parse_ethernet(Bytes frame);

/// The payload of a PPP frame without its HDLC framing (RFC 1661, 2).
std::expected<LayerPayload, ParseError> parse_ppp(Bytes frame);

}  // namespace waybill
