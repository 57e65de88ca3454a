#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "capture/network/contained_run.h"

namespace waybill::contained {

/// What the supervisor tells the caller at its end, as text (JSON) between two processes of one run: no public format.
using Outcome = std::expected<ContainedResult, RunError>;

std::string write_outcome(const Outcome& outcome);

/// Reads what write_outcome wrote; anything else, an early end above all, is an `internal` error.
Outcome read_outcome(std::string_view text);

}  // namespace waybill::contained
