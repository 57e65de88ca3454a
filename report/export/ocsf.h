#pragma once

#include <memory>

#include "report/export/flow_events.h"

namespace waybill {

/// Writes OCSF 1.8 as JSON lines (docs/formats/exports.md): Network Activity (4001) for each flow, DNS Activity (4003)
/// for each DNS message, and a Base Event for each gap. `report` is borrowed.
std::unique_ptr<EventReceiver> ocsf_writer(const Report& report, FlowEvents::Output output);

}  // namespace waybill
