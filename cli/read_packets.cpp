#include "cli/read_packets.h"

#include <fmt/format.h>

#include "capture/reader/filtered_source.h"
#include "capture/reader/open_capture.h"

namespace waybill {
namespace {

Failure failure_of(const CaptureError& error)
{
    switch (error.kind) {
        case CaptureError::Kind::unreadable:
            return {ExitCode::input_not_readable, error.message};
        case CaptureError::Kind::bad_filter:
            return {ExitCode::usage, error.message};
        default:
            return {ExitCode::input_not_understood, error.message};
    }
}

std::expected<std::unique_ptr<PacketSource>, CaptureError> open_input(const InputOptions& input)
{
    auto source = open_capture(input.files);
    if (!source || input.filter.empty())
        return source;
    return filter_packets(*std::move(source), input.filter);
}

void add_gap(std::vector<Gap>& gaps, GapKind kind, std::uint64_t count, std::string detail = {})
{
    if (count > 0)
        gaps.push_back({kind, count, std::move(detail)});
}

}  // namespace

std::expected<ReadResult, Failure> read_packets(const InputOptions& input, const AnalysisOptions& options,
                                                EventSinks sinks)
{
    auto source = open_input(input);
    if (!source)
        return std::unexpected(failure_of(source.error()));
    Analysis analysis{options, std::move(sinks)};
    while (true) {  // until the source's end
        const auto packets = (*source)->next_packets();
        if (!packets)
            return std::unexpected(failure_of(packets.error()));
        if (packets->empty())
            break;
        analysis.add(*packets, static_cast<std::uint16_t>((*source)->current_file()));
    }
    ReadResult result{analysis.finish(), (*source)->notes()};
    return result;
}

std::vector<Gap> gaps_of(const SourceNotes& notes)
{
    std::vector<Gap> gaps;
    std::string where;
    for (const SourceDamage& damage : notes.damages)
        where += fmt::format("{}input {} at octet {}: {}", where.empty() ? "" : "; ", damage.file + 1, damage.offset,
                             damage.what);
    add_gap(gaps, GapKind::interface_dropped, notes.interface_drops + notes.system_drops + notes.packet_drops);
    add_gap(gaps, GapKind::torn_input, notes.torn_files + notes.damaged_files + notes.damaged_records, where);
    add_gap(gaps, GapKind::skipped_blocks, notes.unknown_blocks);
    add_gap(gaps, GapKind::secrets_ignored, notes.secrets_blocks);
    return gaps;
}

}  // namespace waybill
