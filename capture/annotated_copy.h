#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "capture/packet_source.h"
#include "capture/reader/octet_source.h"
#include "model/packet.h"

namespace waybill {

/// What is said of a packet in a copy of its capture.
struct PacketRemark {
    std::string comment;    ///< one more opt_comment; empty: none
    std::uint32_t pid = 0;  ///< whose packet it is (epb_processid_threadid); 0: not known
};

/// What is asked of each packet, which is borrowed for the call.
using PacketRemarks = std::function<PacketRemark(const Packet&)>;

/// Copies a pcapng file (draft-ietf-opsawg-pcapng) block by block, with what is said of each packet: the octets, times,
/// interfaces and statistics stay as they are. Texts of the file are made printable; custom options and blocks,
/// secrets and names of hosts are left out. The copy ends where the file is torn or broken.
///
/// Errors: `not_understood` for what is no pcapng file, `unreadable`.
std::expected<void, CaptureError> copy_annotated(std::unique_ptr<OctetSource> capture, const PacketRemarks& remarks,
                                                 const std::function<void(Bytes)>& output);

}  // namespace waybill
