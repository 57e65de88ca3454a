#pragma once

#include <nlohmann/json.hpp>

#include "model/run.h"

namespace waybill {

/// `run` of report.json (docs/formats/report.md).
nlohmann::ordered_json run_members(const Run& run);

}  // namespace waybill
