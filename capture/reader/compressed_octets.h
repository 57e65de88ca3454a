#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "capture/packet_source.h"
#include "capture/reader/octet_source.h"
#include "capture/reader/octet_window.h"

namespace waybill {

enum class Compression : std::uint8_t { gzip, zstd };

/// The compression that a file with this beginning has: gzip (RFC 1952, 2.3.1) or Zstandard (RFC 8878, 3.1), or none.
std::optional<Compression> recognise_compression(Bytes beginning);

/// The octets of a gzip or Zstandard file, of all its members or frames, in memory that does not depend on them.
///
/// Its reads fail with `torn` when the file ends too early and `damaged` when it is broken, after all octets that could
/// be got (zstd may keep back those of the last read). Zstandard windows over 128 MiB are refused (zstd's own default).
std::expected<std::unique_ptr<OctetSource>, CaptureError> decompress(Compression compression, OctetWindow compressed);

}  // namespace waybill
