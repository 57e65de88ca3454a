#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_document.h"
#include "model/run_record.h"

namespace waybill::rules {

/// The lines of runs.ndjson. A last line without its line feed was being written when the experiment broke off, and is
/// left out.
std::expected<std::vector<RunRecord>, FieldError> parse_run_log(std::string_view octets);

/// A line, with its line feed.
std::string run_log_line(const RunRecord& record);

}  // namespace waybill::rules
