#include "cli/trim_command.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <expected>
#include <map>
#include <string>
#include <utility>

#include "analyze/trim/metadata_trimmer.h"
#include "base/file_descriptor.h"
#include "base/text.h"
#include "capture/pcapng_writer.h"
#include "capture/reader/open_capture.h"
#include "cli/print.h"
#include "cli/read_packets.h"

namespace waybill {
namespace {

/// Writes each packet without its payload. Names of interfaces, comments and secrets of the input are not taken over:
/// they could be anything.
class Trimming {
public:
    explicit Trimming(PcapngWriter writer) : writer_{std::move(writer)} {}

    std::expected<void, CaptureError> add(const Packet& packet)
    {
        auto interface = interfaces_.find(packet.link_type);
        if (interface == interfaces_.end()) {
            const auto added = writer_.add_interface({packet.link_type, 0, {}});
            if (!added)
                return std::unexpected(added.error());
            interface = interfaces_.emplace(packet.link_type, *added).first;
        }
        MetadataTrimmer::Kept kept = trimmer_.trim(packet);
        Packet trimmed = packet;
        trimmed.octets = packet.octets.first(std::min(kept.octets, packet.octets.size()));
        trimmed.comment = kept.comment;
        ++packets_;
        noted_ += kept.comment.empty() ? 0U : 1U;
        left_out_ += packet.octets.size() - trimmed.octets.size();
        without_time_ += packet.has_time ? 0U : 1U;
        return writer_.write_packet(interface->second, trimmed);
    }

    std::expected<void, CaptureError> finish() { return writer_.flush(); }

    std::string text(const TrimOptions& options, const SourceNotes& notes) const
    {
        std::string text =
            fmt::format("{}: {} packets, {} octets of payload left out, names of {} packets noted in comments\n",
                        printable(options.output.string()), packets_, left_out_, noted_);
        if (without_time_ > 0)
            text += fmt::format("  {} packets had no time and have one now that says nothing\n", without_time_);
        for (const Gap& gap : gaps_of(notes))
            text += fmt::format("  {} {}{}{}\n", gap.count, describe(gap.kind).sentence, gap.detail.empty() ? "" : ": ",
                                printable(gap.detail));
        return text + fmt::format("next  waybill analyze {} --trust-comments\n", printable(options.output.string()));
    }

private:
    PcapngWriter writer_;
    MetadataTrimmer trimmer_;
    std::map<LinkType, PcapngInterfaceId> interfaces_;
    std::uint64_t packets_ = 0;
    std::uint64_t noted_ = 0;
    std::uint64_t left_out_ = 0;
    std::uint64_t without_time_ = 0;
};

Failure failure_of(const CaptureError& error)
{
    using Kind = CaptureError::Kind;
    const ExitCode code = error.kind == Kind::unwritable   ? ExitCode::input_output
                          : error.kind == Kind::unreadable ? ExitCode::input_not_readable
                                                           : ExitCode::input_not_understood;
    return {code, error.message};
}

std::expected<std::string, Failure> trim_into(FileDescriptor file, const TrimOptions& options, PacketSource& source)
{
    auto writer = PcapngWriter::create(std::move(file), {{}, {}, "Waybill " WAYBILL_VERSION});
    if (!writer)
        return std::unexpected(failure_of(writer.error()));
    Trimming trimming{*std::move(writer)};
    while (true) {  // until the source's end
        const auto packet = source.next();
        if (!packet)
            return std::unexpected(failure_of(packet.error()));
        if (*packet == nullptr)
            break;
        if (const auto added = trimming.add(**packet); !added)
            return std::unexpected(failure_of(added.error()));
    }
    if (const auto written = trimming.finish(); !written)
        return std::unexpected(failure_of(written.error()));
    return trimming.text(options, source.notes());
}

}  // namespace

ExitCode trim(const TrimOptions& options)
{
    const auto source = open_capture(options.inputs);
    if (!source)
        return fail(failure_of(source.error()));
    FileDescriptor file{::open(options.output.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
    if (!file)
        return fail({ExitCode::cannot_create, fmt::format("{}: {}; name a file that is not there",
                                                          options.output.string(), std::strerror(errno))});
    const auto done = trim_into(std::move(file), options, **source);
    if (!done) {
        std::error_code problem;  // half a file is no trimmed capture
        std::filesystem::remove(options.output, problem);
        return fail(done.error());
    }
    const ExitCode printed = print_text(*done);
    return printed == ExitCode::ok && (*source)->notes().input_lost() ? ExitCode::incomplete : printed;
}

}  // namespace waybill
