#include "cli/read_packets.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

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

/// Octets before the IP header of each packet of the link type; nothing where packets differ, or nobody compares them.
std::optional<std::uint32_t> header_octets(LinkType type)
{
    switch (type) {
        case LinkType::raw:
            return 0;
        case LinkType::ethernet:
            return 14;
        case LinkType::linux_sll2:
            return 20;
        default:
            return std::nullopt;
    }
}

void sum_up(std::span<const Packet> packets, std::optional<Traffic>& sum)
{
    for (const Packet& packet : packets) {
        const auto header = header_octets(packet.link_type);
        if (!header)
            sum.reset();
        if (!sum)
            return;
        ++sum->packets;
        sum->ip_bytes += packet.wire_length - std::min(packet.wire_length, *header);
    }
}

}  // namespace

std::expected<ReadResult, Failure> read_packets(const InputOptions& input, const AnalysisOptions& options,
                                                EventSinks sinks)
{
    auto source = open_input(input);
    if (!source)
        return std::unexpected(failure_of(source.error()));
    Analysis analysis{options, std::move(sinks)};
    std::optional<Traffic> recorded;
    if (input.sums == InputOptions::Sums::made)
        recorded.emplace();
    while (true) {  // until the source's end
        const auto packets = (*source)->next_packets();
        if (!packets)
            return std::unexpected(failure_of(packets.error()));
        if (packets->empty())
            break;
        if (recorded)
            sum_up(*packets, recorded);
        analysis.add(*packets, static_cast<std::uint16_t>((*source)->current_file()));
    }
    ReadResult result{analysis.finish(), (*source)->notes(), recorded};
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
