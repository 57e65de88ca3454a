#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/cursor.h"
#include "model/time.h"

namespace waybill {

/// A link type as pcap and pcapng files number it (the LINKTYPE_ registry of the tcpdump group).
enum class LinkType : std::uint16_t {
    null = 0,
    ethernet = 1,
    ppp = 9,
    ppp_hdlc = 50,
    ppp_ether = 51,
    raw_bsd = 12,  ///< DLT_RAW of most systems, found in old files
    raw_openbsd = 14,
    raw = 101,
    c_hdlc = 104,
    ieee802_11 = 105,
    frelay = 107,
    loop = 108,
    linux_sll = 113,
    ieee802_11_prism = 119,
    ieee802_11_radiotap = 127,
    ppp_pppd = 166,
    ppi = 192,
    ppp_with_dir = 204,
    ipv4 = 228,
    ipv6 = 229,
    nflog = 239,
    netlink = 253,
    linux_sll2 = 276,
};

/// One packet of a capture. The octets and the comment live until the source's next next().
struct Packet {
    Timestamp time;
    Bytes octets;                   ///< what was captured, from the link-layer header on
    std::uint32_t wire_length = 0;  ///< octets on the wire, link-layer header included
    std::uint64_t number = 0;       ///< which packet of its file or recording it is, from 1
    LinkType link_type = LinkType::null;
    bool has_time = true;         ///< false for a pcapng Simple Packet Block
    std::uint8_t fcs_length = 0;  ///< octets of frame check sequence at the end, where the file says so
    std::string_view comment;     ///< pcapng opt_comment, unchecked; empty when there is none
};

}  // namespace waybill
