#pragma once

#include <string>

#include "model/report.h"

namespace waybill {

/// report.json (docs/formats/report.md): the same report gives the same octets.
std::string report_to_json(const Report& report);

}  // namespace waybill
