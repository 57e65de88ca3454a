#include "cli/export_packets.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "analyze/decode/decoder.h"
#include "base/file_descriptor.h"
#include "capture/annotated_copy.h"
#include "report/export/flow_events.h"
#include "report/owner_words.h"
#include "report/words.h"

namespace waybill {
namespace {

/// A flow, as far as a packet can be told to be one of its own.
struct FlowSpan {
    Timestamp first;
    Timestamp last;
    std::size_t remark = 0;
};

/// The two ends of a flow, whichever way a packet goes.
using Ends = std::tuple<std::uint8_t, SocketAddress, SocketAddress>;

Ends ends_of(std::uint8_t protocol, const SocketAddress& one, const SocketAddress& other)
{
    return {protocol, std::min(one, other), std::max(one, other)};
}

std::string comment_of(const Report& report, const Owner& owner, const Process* process, const RatedContact* contact)
{
    std::string text = process == nullptr
                           ? std::string{"process: not known"}
                           : fmt::format("process: {} ({}, pid {}), {}", owner_text(owner, report.processes),
                                         process->executable.path, process->pid, waybill::text(owner.quality));
    if (contact == nullptr)
        return text;
    text += fmt::format(" · endpoint: {}", endpoint_text(contact->contact));
    if (!contact->rating.is_cited())
        return text + " · no cited purpose";
    std::string purposes;
    for (const Purpose purpose : contact->rating.purposes)
        purposes += (purposes.empty() ? "" : ", ") + std::string{waybill::text(purpose)};
    return fmt::format("{} · {} by rule {}", text, purposes, contact->rating.rule);
}

/// Keeps what is to be said of the packets of each flow.
class FlowRemarks final : public FlowEvents {
public:
    explicit FlowRemarks(const Report& report) : FlowEvents{report, [](std::string_view) {}} {}

    /// Sorts what was told; to be called before the first packet is asked of.
    void settle()
    {
        for (auto& [ends, spans] : spans_)
            std::ranges::sort(spans, {}, &FlowSpan::first);
    }

    PacketRemark of(const Segment& segment) const
    {
        const auto found = spans_.find(ends_of(segment.protocol, {segment.source, segment.source_port},
                                               {segment.destination, segment.destination_port}));
        if (found == spans_.end())
            return {};
        const std::vector<FlowSpan>& spans = found->second;
        const auto behind = std::ranges::upper_bound(spans, segment.time, {}, &FlowSpan::first);
        if (behind == spans.begin() || std::prev(behind)->last < segment.time)
            return {};
        return remarks_[std::prev(behind)->remark];
    }

private:
    void tell(const Told& told) final
    {
        if (told.flow.tunnel_depth != 0)
            return;
        const std::uint32_t pid = told.process == nullptr ? 0 : told.process->pid;
        const std::pair<std::uint64_t, std::uint64_t> key{told.flow.contact, told.owner.process};
        const auto [place, is_new] = places_.try_emplace(key, remarks_.size());
        if (is_new)
            remarks_.push_back({comment_of(report(), told.owner, told.process, told.contact), pid});
        spans_[ends_of(told.flow.protocol_number, told.flow.client, told.flow.server)].push_back(
            {told.flow.first, told.flow.last, place->second});
    }

    std::map<Ends, std::vector<FlowSpan>> spans_;
    std::vector<PacketRemark> remarks_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> places_;  // by contact and process
};

}  // namespace

std::expected<void, Failure> write_packets(const ExportInput& input, const ExportOutput& output)
{
    FlowRemarks remarks{input.rated.report};
    if (const auto told = analyze_into(remarks, input.folder, input.rated.rules); !told)
        return std::unexpected(told.error());
    remarks.settle();
    GapCounters unread;  // the report has these gaps already
    Decoder decoder{unread};
    const auto remark_of = [&](const Packet& packet) {
        const auto segments = decoder.decode(packet);
        return segments.empty() ? PacketRemark{} : remarks.of(segments.front());
    };
    if (!input.rated.report.run)
        return std::unexpected(Failure{ExitCode::internal, "a case without its run"});
    for (const std::filesystem::path& file : input.folder.packet_files(*input.rated.report.run)) {
        FileDescriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
        if (!opened)
            return std::unexpected(
                Failure{ExitCode::input_not_readable, file.string() + ": " + std::generic_category().message(errno)});
        const auto copied = copy_annotated(std::make_unique<DescriptorOctets>(std::move(opened)), remark_of,
                                           [&](Bytes octets) { output(as_text(octets)); });
        if (!copied)
            return std::unexpected(
                Failure{ExitCode::input_not_understood, file.string() + " " + copied.error().message});
    }
    return {};
}

}  // namespace waybill
