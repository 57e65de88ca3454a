#include "report/export/csv.h"

#include <array>
#include <string_view>
#include <vector>

#include "base/csv_cell.h"
#include "base/joined.h"
#include "report/export/facts.h"
#include "report/words.h"

namespace waybill {
namespace {

using exported::find_process;

/// A contact with the report that it is of.
struct Subject {
    const Report& report;
    const Contact& contact;
    const Rating& rating;
    const Process* process;      ///< may be null
    const RatingSource* source;  ///< the strongest; may be null
};

struct Column {
    std::string_view name;
    std::string (*of)(const Subject&);
};

template <typename Values>
std::string words_of(const Values& values)
{
    std::vector<std::string> words;
    words.reserve(values.size());
    for (const auto& value : values)
        words.emplace_back(text(value));
    return joined(words, " ");
}

std::string number_or_empty(std::uint64_t number)
{
    return number == 0 ? "" : std::to_string(number);
}

std::string file_of(const Subject& of)
{
    const std::size_t file = of.contact.packets.first_file;
    return file < of.report.totals.files.size() ? of.report.totals.files[file] : "";
}

std::string package_of(const Subject& of)
{
    if (of.process == nullptr || !of.process->package)
        return {};
    const Package& package = *of.process->package;
    return package.name + (package.version.empty() ? "" : "@") + package.version;
}

constexpr std::array columns{
    Column{"run", [](const Subject& of) { return exported::run_id(of.report); }},
    Column{"contact", [](const Subject& of) { return std::to_string(of.contact.id); }},
    Column{"host", [](const Subject& of) { return of.contact.endpoint.host.value_or(""); }},
    Column{"address", [](const Subject& of) { return of.contact.endpoint.address.text(); }},
    Column{"port", [](const Subject& of) { return std::to_string(number(of.contact.endpoint.port)); }},
    Column{"transport", [](const Subject& of) { return std::string{text(of.contact.endpoint.transport)}; }},
    Column{"registrable_domain", [](const Subject& of) { return of.rating.domain; }},
    Column{"name_sources", [](const Subject& of) { return words_of(of.contact.name_sources); }},
    Column{"outer_name_only", [](const Subject& of) { return std::to_string(of.contact.outer_name_only); }},
    Column{"candidates", [](const Subject& of) { return joined(of.contact.candidates, " "); }},
    Column{"other_names", [](const Subject& of) { return joined(of.contact.other_names, " "); }},
    Column{"resolution", [](const Subject& of) { return std::string{text(of.contact.resolution)}; }},
    Column{"protocols", [](const Subject& of) { return words_of(of.contact.protocols); }},
    Column{"cited", [](const Subject& of) { return std::string{of.rating.is_cited() ? "true" : "false"}; }},
    Column{"purposes", [](const Subject& of) { return exported::purposes_text(of.rating); }},
    Column{"vendor", [](const Subject& of) { return of.rating.vendor; }},
    Column{"rule", [](const Subject& of) { return of.rating.rule; }},
    Column{"source_grade", [](const Subject& of) { return of.source == nullptr ? "" : of.source->grade; }},
    Column{"source_read", [](const Subject& of) { return of.source == nullptr ? "" : of.source->read; }},
    Column{"source_url", [](const Subject& of) { return of.source == nullptr ? "" : of.source->url; }},
    Column{"owner_quality", [](const Subject& of) { return std::string{text(of.contact.owner.quality)}; }},
    Column{"process", [](const Subject& of) { return number_or_empty(of.contact.owner.process); }},
    Column{"pid", [](const Subject& of) { return of.process == nullptr ? "" : number_or_empty(of.process->pid); }},
    Column{"program", [](const Subject& of) { return of.process == nullptr ? "" : of.process->executable.path; }},
    Column{"program_sha256",
           [](const Subject& of) { return of.process == nullptr ? "" : of.process->executable.sha256; }},
    Column{"package", package_of},
    Column{"flows", [](const Subject& of) { return std::to_string(of.contact.flow_count); }},
    Column{"packets_out", [](const Subject& of) { return std::to_string(of.contact.out.packets); }},
    Column{"packets_in", [](const Subject& of) { return std::to_string(of.contact.in.packets); }},
    Column{"ip_bytes_out", [](const Subject& of) { return std::to_string(of.contact.out.ip_bytes); }},
    Column{"ip_bytes_in", [](const Subject& of) { return std::to_string(of.contact.in.ip_bytes); }},
    Column{"payload_bytes_out", [](const Subject& of) { return std::to_string(of.contact.out.payload_bytes); }},
    Column{"payload_bytes_in", [](const Subject& of) { return std::to_string(of.contact.in.payload_bytes); }},
    Column{"tunnelled", [](const Subject& of) { return std::string{of.contact.tunnelled ? "true" : "false"}; }},
    Column{"first", [](const Subject& of) { return to_rfc3339(of.contact.first); }},
    Column{"last", [](const Subject& of) { return to_rfc3339(of.contact.last); }},
    Column{"packet_file", file_of},
    Column{"packet_number", [](const Subject& of) { return std::to_string(of.contact.packets.first); }},
};

/// A record: what it is, what a contact has in its columns, and a remark.
void append_record(std::string& out, std::string_view record, const Subject* subject, std::string_view remark)
{
    append_csv_cell(out, record);
    for (const Column& column : columns) {
        out += ',';
        append_csv_cell(out, subject == nullptr ? std::string{} : column.of(*subject));
    }
    out += ',';
    append_csv_cell(out, remark);
    out += "\r\n";
}

}  // namespace

std::string report_to_csv(const Report& report)
{
    std::string out = "record";
    for (const Column& column : columns)
        out.append(",").append(column.name);
    out += ",remark\r\n";
    for (const RatedContact& rated : report.contacts) {
        const Rating& rating = rated.rating;
        const Subject subject{report, rated.contact, rating, find_process(report, rated.contact.owner.process),
                              rating.sources.empty() ? nullptr : &rating.sources.front()};
        append_record(out, "contact", &subject, rating.statement);
    }
    for (const std::string& sentence : gap_sentences(report.gaps))
        append_record(out, "gap", nullptr, sentence);
    for (const std::string_view question : cannot_be_answered)
        append_record(out, "cannot-be-answered", nullptr, question);
    return out;
}

}  // namespace waybill
