#pragma once

#include <optional>

#include "base/json_object.h"
#include "rules/pattern.h"

namespace waybill::rules {

/// The fields `hosts`, `domains`, `addresses`, `ports` and `transports` of a pack's match or a policy's entry, all of
/// which may be absent (docs/formats/rule-pack.md, section 3).
EndpointPattern endpoint_pattern(JsonObject& in, std::optional<FieldError>& error);

}  // namespace waybill::rules
