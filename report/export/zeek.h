#pragma once

#include <memory>

#include "report/export/flow_events.h"

namespace waybill {

/// Writes lines as Zeek's logs have them in JSON (docs/formats/exports.md): conn for each flow, dns for each DNS
/// message, ssl for each hello; `_path` says which. `report` is borrowed.
std::unique_ptr<EventReceiver> zeek_writer(const Report& report, FlowEvents::Output output);

}  // namespace waybill
