#pragma once

#include <string>

#include "model/report.h"

namespace waybill {

/// A case as rows for ClickHouse (JSONEachRow; docs/formats/exports.md): one for the run, one for each contact and each
/// gap, all of one table.
std::string report_to_clickhouse(const Report& report);

/// The table that takes them, in a dialect that versions from 18.16 on read.
std::string clickhouse_definition();

}  // namespace waybill
