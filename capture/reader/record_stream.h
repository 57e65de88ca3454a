#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "capture/packet_source.h"
#include "capture/reader/octet_window.h"

namespace waybill {

/// The largest packet that is believed: libpcap's MAXIMUM_SNAPLEN, which is also Wireshark's
/// WTAP_MAX_PACKET_SIZE_STANDARD. A record that claims more is damage.
constexpr std::size_t max_packet_octets = 262144;

/// A capture file's octets with what the readers of all formats do alike: number packets, hand them out, and end.
struct RecordStream {
    OctetWindow window;
    SourceNotes notes = {};
    std::uint64_t packets = 0;  ///< handed out so far
    Packet packet = {};         ///< the one that was read last: filled anew for each, so that none is copied on its way

    /// Counts `packet` and hands it out.
    NextPacket give()
    {
        packet.number = ++packets;
        return &packet;
    }

    /// The end that a failed require() or skip() means: a whole file, or one torn inside a record, or a read error.
    /// `passed` octets of that record are passed already.
    NextPacket end(std::uint64_t passed = 0);
    /// Ends at the next unread octet, because what stands there cannot be right.
    NextPacket stop(std::string what);
};

/// What a file header that is too short, or that could not be read, means; `what` names the format.
CaptureError header_error(const OctetWindow& window, std::string_view what);

}  // namespace waybill
