#pragma once

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill doctor` was asked.
struct DoctorOptions {
    bool json = false;
};

/// Prints what this host permits the calling user to observe, and what would mend what it does not. `ok` when every
/// mode is possible, `findings` when some are, `not_permitted` when none is.
ExitCode doctor(const DoctorOptions& options);

}  // namespace waybill
