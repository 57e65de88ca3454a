#pragma once

#include <string>

#include "model/report.h"

namespace waybill {

/// CycloneDX 1.6 (docs/formats/exports.md): the recorded tool as a component, the hosts that it contacted as services.
std::string report_to_cyclonedx(const Report& report);

}  // namespace waybill
