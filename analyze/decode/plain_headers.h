#pragma once

#include "analyze/decode/segment.h"
#include "model/packet.h"

namespace waybill {

/// Reads the headers of the plainest and by far the most frequent packets in one go: an untagged Ethernet frame with
/// IPv4 without options or IPv6 without extension headers, no fragment, TCP or UDP, headers captured whole, no tunnel.
///
/// True with the same `segment` that the walk over all headers would give; false leaves the packet to that walk, which
/// also counts what is wrong with it. `segment` is a fresh one, or one that was filled here before; of a UDP packet its
/// TCP numbers mean nothing.
bool read_plain_headers(const Packet& packet, Segment& segment);

}  // namespace waybill
