#include "cli/export_formats.h"

#include <algorithm>
#include <array>
#include <memory>

#include "cli/export_packets.h"
#include "report/export/csv.h"
#include "report/export/cyclonedx.h"
#include "report/export/markdown.h"
#include "report/export/ocsf.h"
#include "report/export/sarif.h"
#include "report/export/zeek.h"

namespace waybill {
namespace {

/// Of what is a function of the report alone.
template <std::string (*render)(const Report&)>
std::expected<void, Failure> whole(const ExportInput& input, const ExportOutput& output)
{
    output(render(input.rated.report));
    return {};
}

std::expected<void, Failure> write_markdown(const ExportInput& input, const ExportOutput& output)
{
    output(report_to_markdown(input.rated.report, input.verdict));
    return {};
}

std::expected<void, Failure> write_sarif(const ExportInput& input, const ExportOutput& output)
{
    output(report_to_sarif(input.rated.report, input.verdict, input.policy));
    return {};
}

/// Of what has a record for each flow: the case is analysed once more, for its contacts are known only at the end.
template <std::unique_ptr<EventReceiver> (*writer_of)(const Report&, FlowEvents::Output)>
std::expected<void, Failure> flow_by_flow(const ExportInput& input, const ExportOutput& output)
{
    const auto writer = writer_of(input.rated.report, output);
    const auto told = analyze_into(*writer, input.folder, input.rated.rules);
    if (!told)
        return std::unexpected(told.error());
    return {};
}

constexpr std::array formats{
    ExportFormat{"csv", false, true, whole<report_to_csv>},
    ExportFormat{"cyclonedx", false, true, whole<report_to_cyclonedx>},
    ExportFormat{"markdown", true, true, write_markdown},
    ExportFormat{"ocsf", false, true, flow_by_flow<ocsf_writer>},
    ExportFormat{"pcapng", false, false, write_packets},
    ExportFormat{"sarif", true, true, write_sarif},
    ExportFormat{"zeek", false, true, flow_by_flow<zeek_writer>},
};

}  // namespace

std::span<const ExportFormat> export_formats()
{
    return formats;
}

const ExportFormat* find_export_format(std::string_view word)
{
    const auto found = std::ranges::find(formats, word, &ExportFormat::word);
    return found == formats.end() ? nullptr : &*found;
}

}  // namespace waybill
