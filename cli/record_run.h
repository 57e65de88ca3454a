#pragma once

#include <expected>

#include "capture/case_folder.h"
#include "cli/failure.h"
#include "cli/recorded.h"
#include "cli/run_command.h"

namespace waybill {

/// Makes ready what the command needs, runs and records it, and tidies up. A failure of what goes before the command
/// takes the case with it.
std::expected<Recorded, Failure> record_run(const RunOptions& options, const CaseFolder& folder);

}  // namespace waybill
