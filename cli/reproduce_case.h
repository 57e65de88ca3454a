#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "model/report.h"

namespace waybill {

/// A case analysed again with the rules that it holds, and what its results are not.
struct Reproduced {
    Report report;
    std::vector<std::string> differences;  ///< a sentence each; none: its events and report are the same octets
};

/// Analyses the recording of a case and holds events.ndjson and report.json against that. Writes nothing.
std::expected<Reproduced, Failure> reproduce_case(const std::filesystem::path& folder);

}  // namespace waybill
