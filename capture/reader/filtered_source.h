#pragma once

#include <expected>
#include <memory>
#include <string_view>

#include "capture/packet_source.h"

namespace waybill {

/// The packets of `source` that libpcap's filter expression accepts (pcap-filter(7)); the others are counted in
/// notes().filtered_packets. A packet's number stays that in the file.
///
/// The expression is compiled for each link type that occurs. Errors: `bad_filter` with libpcap's message, here when
/// no link type accepts it, and from next() when one that occurs does not.
std::expected<std::unique_ptr<PacketSource>, CaptureError> filter_packets(std::unique_ptr<PacketSource> source,
                                                                          std::string_view expression);

}  // namespace waybill
