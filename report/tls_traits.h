#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/json_writer.h"
#include "model/contact.h"

namespace waybill {

/// What a contact's hellos said, for report.json.
nlohmann::ordered_json tls_traits_to_json(const TlsTraits& traits);

/// The same as the member `tls` of an event.
void write_tls_traits(JsonWriter& json, const TlsTraits& traits);

}  // namespace waybill
