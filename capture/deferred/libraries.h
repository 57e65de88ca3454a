#pragma once

#include <expected>
#include <string>

#include "base/deferred_library.h"

namespace waybill {

// What reading a capture does without: each is loaded with the first call of one of its functions.
DeferredLibrary& libpcap();
DeferredLibrary& libbpf();
DeferredLibrary& libnl();
DeferredLibrary& libnftables();

/// Loads what a sinkhole needs. The error names the library.
std::expected<void, std::string> load_sinkhole_libraries();

}  // namespace waybill
