#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <span>

#include "capture/packet_source.h"
#include "capture/reader/octet_source.h"

namespace waybill {

/// Reads capture files one after another, in the given order, as one source; "-" is standard input.
///
/// The format is told by a file's first octets: pcap, pcapng or snoop, plain or in gzip or Zstandard. The first file is
/// opened now, the others when their turn comes; a file that can't be opened at all is an error now. Packets are not
/// merged by time. current_file() is the index in `inputs`. A broken end of a file is a note, not an error.
/// Errors, here and from next(): `unreadable`, `not_understood`; their messages begin with the file's name.
std::expected<std::unique_ptr<PacketSource>, CaptureError> open_capture(std::span<const std::filesystem::path> inputs);

/// Reads one capture in any of these formats from its octets. Errors as above, without a file's name.
std::expected<std::unique_ptr<PacketSource>, CaptureError> read_capture(std::unique_ptr<OctetSource> octets);

}  // namespace waybill
