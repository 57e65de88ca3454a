#pragma once

#include <string>

#include "model/report.h"

namespace waybill {

/// A report as CSV (RFC 4180; docs/formats/exports.md): a record for each contact, each gap, and each question that no
/// report answers. Safe to be opened in a spreadsheet.
std::string report_to_csv(const Report& report);

}  // namespace waybill
