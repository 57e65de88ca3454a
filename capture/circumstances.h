#pragma once

#include <string>

#include "model/circumstances.h"

namespace waybill {

/// Both clocks now.
ClockReading read_clocks();

/// What this machine tells of itself and of its clock. The ids are digests that no other program has: machine-id(5)
/// asks that its own stays on the machine.
Circumstances read_circumstances(const std::string& operated_by, const std::string& purpose);

}  // namespace waybill
