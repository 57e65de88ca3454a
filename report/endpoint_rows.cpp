#include "report/endpoint_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/joined.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/owner_words.h"
#include "report/proxy_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

/// The names that a contact may have, or has beside its own; some of them in `shortened` cells.
std::string remark(const Contact& contact, TableLayout::Cells cells)
{
    constexpr std::size_t few = 3;
    constexpr std::size_t name_columns = 30;
    const bool is_whole = cells == TableLayout::Cells::whole;
    const bool is_choice = !contact.endpoint.host && !contact.candidates.empty();
    std::vector<std::string> names;
    for (const std::string& name : is_choice ? contact.candidates : contact.other_names)
        if (name != contact.endpoint.address.text())
            names.push_back(printable(name));
    std::string text;
    const std::size_t listed = is_whole || names.size() <= few ? names.size() : few - 1;
    for (std::size_t i = 0; i < listed; ++i)
        text += (i == 0 ? "" : ", ") + (is_whole ? names[i] : shortened(names[i], name_columns));
    if (listed < names.size())
        text += fmt::format(" and {} more", names.size() - listed);
    if (text.empty())
        return {};
    return (is_choice ? "one of: " : "also named: ") + text;
}

std::string file_name(const Report& report, std::uint16_t file)
{
    const std::vector<std::string>& files = report.totals.files;
    return file < files.size() ? printable(files[file]) : std::string{"the input"};
}

}  // namespace

std::size_t Footnotes::number_of(const Rating& rating)
{
    auto note = std::ranges::find(ratings_, rating.rule, &Rating::rule);
    if (note == ratings_.end())
        note = ratings_.insert(ratings_.end(), &rating);
    return static_cast<std::size_t>(note - ratings_.begin()) + 1;
}

std::string subject_text(const Report& report)
{
    std::vector<std::string> parts;
    if (report.run && report.run->mode == NetworkMode::interface)
        for (const InterfaceRecord& record : report.run->interfaces)
            parts.push_back(printable(record.name));
    else if (report.run)
        return command_text(report.run->command);
    else
        for (const std::string& file : report.totals.files)
            parts.push_back(printable(file));
    return parts.empty() ? "-" : joined(parts, ", ");
}

Timestamp beginning_of(const Report& report)
{
    return report.run ? report.run->started : report.totals.first.value_or(Timestamp{});
}

EndpointRow endpoint_row(const Row& row, const Report& report, TableLayout::Cells cells)
{
    const bool is_sinkhole = report.run && report.run->mode == NetworkMode::sinkhole;
    const Contact& contact = row.first->contact;
    const std::string vendor = printable(row.first->rating.vendor);
    EndpointRow text;
    text.flows = std::to_string(row.flows);
    text.out = size_text(row.ip_bytes_out);
    text.in = is_sinkhole ? "" : size_text(row.ip_bytes_in);
    text.first = first_text(row.began - beginning_of(report));
    text.is_cited = row.is_cited();
    text.by = "-";
    text.vendor = vendor.empty() || row.kind == Row::Kind::unlisted_cited ? "-" : vendor;
    if (row.kind == Row::Kind::contact) {
        text.endpoint = endpoint_text(contact);
        text.by = owner_text(contact.owner, report.processes);
        if (row.processes > 1)
            text.by = fmt::format("{} × {}", text.by, row.processes);
        text.named_by = named_by(contact);
        text.remark = remark(contact, cells);
        for (const std::string& leg : leg_remarks(contact, report))
            text.remark += (text.remark.empty() ? "" : " · ") + leg;
        return text;
    }
    text.endpoint = row.kind == Row::Kind::folded
                        ? fmt::format("+ {} more at {}", row.endpoints, printable(row.first->rating.domain))
                        : "+ " + count_text(row.endpoints, "more endpoint", "more endpoints");
    text.named_by = "see --all";
    return text;
}

std::string frames_text(const Contact& contact, const Report& report)
{
    const PacketRange& packets = contact.packets;
    if (packets.first_file != packets.last_file)
        return fmt::format("frame {} of {} to frame {} of {}", packets.first, file_name(report, packets.first_file),
                           packets.last, file_name(report, packets.last_file));
    const std::string range = packets.first == packets.last ? fmt::format("frame {}", packets.first)
                                                            : fmt::format("frames {}-{}", packets.first, packets.last);
    return fmt::format("{} of {}", range, file_name(report, packets.first_file));
}

}  // namespace waybill
