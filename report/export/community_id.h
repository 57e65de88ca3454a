#pragma once

#include <string>

#include "model/flow.h"

namespace waybill {

/// The Community ID of a flow (github.com/corelight/community-id-spec, version 1, seed 0), by which tools that saw the
/// same flow name it alike. Empty for ICMP, whose type and code a flow does not keep, and for what has no ports.
std::string community_id(const Flow& flow);

}  // namespace waybill
