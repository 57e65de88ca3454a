#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analyze/analysis.h"
#include "capture/packet_source.h"
#include "cli/failure.h"

namespace waybill {

/// What is read, and how.
struct InputOptions {
    std::vector<std::filesystem::path> files;  ///< "-" is standard input
    std::string filter;                        ///< libpcap's expression; empty for all packets
};

/// What was found in packets, with what their files had to say.
struct ReadResult {
    AnalysisResult analysis;
    SourceNotes notes;
};

/// Reads every packet of the inputs through an analysis.
std::expected<ReadResult, Failure> read_packets(const InputOptions& input, const AnalysisOptions& options,
                                                EventSinks sinks);

/// What the files' notes say is missing.
std::vector<Gap> gaps_of(const SourceNotes& notes);

}  // namespace waybill
