#pragma once

#include <expected>

#include "capture/network/run_error.h"
#include "capture/network/uplink.h"

namespace waybill::contained {

/// Prepares the calling process's network namespace for an uplink. Needs writable settings in /proc/sys.
std::expected<void, RunError> prepare_for_uplink();

/// Waits until the uplink, which the caller at the other end of `control` starts as soon as this process has its users,
/// has brought `routes`: some hundredths of a second. The error is that it ended before, or took too long. Ends the
/// process when the caller has gone.
std::expected<void, RunError> await_uplink(int control, const DefaultRoutes& routes);

}  // namespace waybill::contained
