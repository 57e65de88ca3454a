#pragma once

#include <expected>

#include "capture/live.h"
#include "capture/network/run_error.h"

namespace waybill::contained {

// What is recorded in the network namespace of a contained run, once its interfaces are there.

/// The loopback interface, which is there from the beginning; each packet once.
std::expected<LiveCapture, RunError> capture_loopback();

/// The link to the sink.
std::expected<LiveCapture, RunError> capture_sink_link();

/// The uplink's interface.
std::expected<LiveCapture, RunError> capture_uplink();

}  // namespace waybill::contained
