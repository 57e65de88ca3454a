#pragma once

#include <expected>

#include "capture/case_folder.h"
#include "cli/failure.h"
#include "evidence/custody.h"

namespace waybill {

/// The custody of a case as it is now, which must be one chain; none where there is no file.
std::expected<evidence::Custody, Failure> read_custody(const CaseFolder& folder);

}  // namespace waybill
