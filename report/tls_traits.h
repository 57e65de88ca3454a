#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "model/contact.h"
#include "model/report.h"

namespace waybill {

/// The text of report.json, in which each contact has `"tls": null`, with what the hellos of those that have any said
/// in its place. Contacts share that, so it is written once and then copied. No string can be taken for the place: it
/// begins with a line feed.
std::string with_tls_traits(std::string_view report, const std::vector<RatedContact>& contacts);

/// What a contact's hellos said as the member `tls` of an event.
void write_tls_traits(JsonWriter& json, const TlsTraits& traits);

}  // namespace waybill
