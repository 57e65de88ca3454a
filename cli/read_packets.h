#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analyze/analysis.h"
#include "capture/packet_source.h"
#include "cli/failure.h"
#include "model/traffic.h"

namespace waybill {

/// What is read, and how.
struct InputOptions {
    std::vector<std::filesystem::path> files;  ///< "-" is standard input
    std::string filter;                        ///< libpcap's expression; empty for all packets
    /// Whether packets are summed up as the kernel's counters do, which a case may have.
    enum class Sums : std::uint8_t { left_out, made } sums = Sums::left_out;
};

/// What was found in packets, with what their files had to say.
struct ReadResult {
    AnalysisResult analysis;
    SourceNotes notes;
    std::optional<Traffic> recorded =
        {};  ///< where sums were asked for and every packet's IP header stands in a known place
};

/// Reads every packet of the inputs through an analysis.
std::expected<ReadResult, Failure> read_packets(const InputOptions& input, const AnalysisOptions& options,
                                                EventSinks sinks);

/// What the files' notes say is missing.
std::vector<Gap> gaps_of(const SourceNotes& notes);

}  // namespace waybill
