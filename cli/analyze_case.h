#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "analyze/analysis.h"
#include "capture/case_folder.h"
#include "cli/build_report.h"
#include "cli/failure.h"
#include "model/report.h"
#include "report/event_receiver.h"

namespace waybill {

/// The options that a recording's run.json asks for.
AnalysisOptions analysis_options(const Run& run);

/// Reads the inputs and tells the receiver every event, the header first and the totals last; gives the report.
std::expected<Report, Failure> write_events(const InputOptions& input, const AnalysisOptions& options,
                                            const Rules& rules, EventReceiver& events, Subject subject);

/// Opens the folder of a case.
std::expected<CaseFolder, Failure> open_case(const std::filesystem::path& folder);

/// Analyses a case; the events go to their receiver, and nothing into the case.
std::expected<Report, Failure> analyze_into(EventReceiver& events, const CaseFolder& folder, const Rules& rules);

/// Analyses a case's packets with the packs that it holds, or with those of `folders`, and writes events.ndjson and
/// report.json into it. A sealed case is refused.
std::expected<Report, Failure> analyze_case(const std::filesystem::path& folder,
                                            const std::vector<std::filesystem::path>& folders);

/// The same of a case that stays as it is, sealed or not: for what judges it.
std::expected<Report, Failure> read_case(const std::filesystem::path& folder, const Rules& rules);

/// A case's report, with what its contacts were rated by.
struct RatedCase {
    Rules rules;
    Report report;
};

/// The same with the packs that the case holds, or where own folders are named with those and the ones in force now.
std::expected<RatedCase, Failure> read_case(const std::filesystem::path& folder,
                                            const std::vector<std::filesystem::path>& own_folders);

}  // namespace waybill
