#include "report/export/clickhouse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "report/export/facts.h"
#include "report/words.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

struct Column {
    std::string_view name;
    std::string_view type;
    std::string_view meaning;
};

constexpr std::array columns{
    Column{"kind", "String", "run, contact, gap"},
    Column{"run", "String", "tells a recording from every other one"},
    Column{"seq", "UInt64", "of a contact its id, of a gap its place, of a run 0"},
    Column{"machine", "String", "digest that tells an installation from others; empty: not recorded"},
    Column{"started", "DateTime", "when the recording began, UTC"},
    Column{"mode", "String", "sinkhole, isolated, host, interface"},
    Column{"tool", "String", "the recorded command's program as it was called"},
    Column{"command", "String", "the whole command"},
    Column{"waybill", "String", "version that recorded"},
    Column{"lost_input", "UInt8", "1: something recorded or recordable was lost"},
    Column{"host", "String", "the name where one is sure, else empty"},
    Column{"domain", "String", "registrable domain; empty without one"},
    Column{"address", "String", "the first address it was seen at"},
    Column{"port", "UInt16", ""},
    Column{"transport", "String", ""},
    Column{"name_source", "String", "the strongest source of the name"},
    Column{"cited", "UInt8", "1: a source says what it is for"},
    Column{"purposes", "Array(String)", ""},
    Column{"vendor", "String", ""},
    Column{"rule", "String", ""},
    Column{"program", "String", "executable of the process; empty: not known"},
    Column{"program_sha256", "String", ""},
    Column{"package", "String", "that the program belongs to"},
    Column{"package_version", "String", ""},
    Column{"owner_quality", "String", "how sure it is whose it is"},
    Column{"flows", "UInt64", ""},
    Column{"ip_bytes_out", "UInt64", ""},
    Column{"ip_bytes_in", "UInt64", ""},
    Column{"payload_out", "UInt64", ""},
    Column{"payload_in", "UInt64", ""},
    Column{"first_seen", "DateTime", "UTC; of a run its beginning"},
    Column{"first_seen_ns", "UInt32", "nanoseconds behind the second"},
    Column{"last_seen", "DateTime", "UTC"},
    Column{"gap", "String", "its kind"},
    Column{"gap_count", "UInt64", ""},
    Column{"detail", "String", "of a gap, what could not be seen"},
};

/// A DateTime's text; times beyond what one holds (1970 to 2105) are its ends.
std::string to_date_time(Timestamp time)
{
    constexpr Timestamp least{};
    constexpr Timestamp most{std::chrono::seconds{4'294'967'295}};
    std::string text =
        to_rfc3339(std::clamp(time, least, most)).substr(0, std::string_view{"2026-11-22T19:18:41"}.size());
    text[std::string_view{"2026-11-22"}.size()] = ' ';
    return text;
}

std::uint64_t nanoseconds_of(Timestamp time)
{
    return static_cast<std::uint64_t>((time - std::chrono::floor<std::chrono::seconds>(time)).count());
}

/// What all rows of a case have in common.
Json row_of(const Report& report, std::string_view kind, std::uint64_t seq)
{
    Json row{{"kind", kind}, {"run", exported::run_id(report)}, {"seq", seq}};
    if (report.run) {
        const Run& run = *report.run;
        row["machine"] = run.circumstances ? run.circumstances->host_id : "";
        row["started"] = to_date_time(run.started);
        row["mode"] = text(run.mode);
        row["tool"] = exported::tool_name(report);
        row["command"] = command_text(run.command);
        row["waybill"] = run.waybill;
    }
    row["lost_input"] = report.lost_input() ? 1 : 0;
    return row;
}

void append_line(std::string& out, const Json& row)
{
    out += json_without_hidden(row.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

Json run_row(const Report& report)
{
    Json row = row_of(report, "run", 0);
    if (!report.run)
        return row;
    row["first_seen"] = to_date_time(report.run->started);
    row["first_seen_ns"] = nanoseconds_of(report.run->started);
    row["last_seen"] = to_date_time(report.run->ended);
    return row;
}

Json contact_row(const Report& report, const RatedContact& rated)
{
    const Contact& contact = rated.contact;
    const Rating& rating = rated.rating;
    Json row = row_of(report, "contact", contact.id);
    row["host"] = contact.endpoint.host.value_or("");
    row["domain"] = rating.domain;
    row["address"] = contact.endpoint.address.text();
    row["port"] = number(contact.endpoint.port);
    row["transport"] = text(contact.endpoint.transport);
    row["name_source"] = contact.name_source ? text(*contact.name_source) : "";
    row["cited"] = rating.is_cited() ? 1 : 0;
    row["purposes"] = Json::array();
    for (const Purpose purpose : rating.purposes)
        row["purposes"].push_back(text(purpose));
    row["vendor"] = rating.vendor;
    row["rule"] = rating.rule;
    if (const Process* const process = exported::find_process(report, contact.owner.process)) {
        row["program"] = process->executable.path;
        row["program_sha256"] = process->executable.sha256;
        if (process->package) {
            row["package"] = process->package->name;
            row["package_version"] = process->package->version;
        }
    }
    row["owner_quality"] = text(contact.owner.quality);
    row["flows"] = contact.flow_count;
    row["ip_bytes_out"] = contact.out.ip_bytes;
    row["ip_bytes_in"] = contact.in.ip_bytes;
    row["payload_out"] = contact.out.payload_bytes;
    row["payload_in"] = contact.in.payload_bytes;
    row["first_seen"] = to_date_time(contact.first);
    row["first_seen_ns"] = nanoseconds_of(contact.first);
    row["last_seen"] = to_date_time(contact.last);
    return row;
}

}  // namespace

std::string report_to_clickhouse(const Report& report)
{
    std::string out;
    append_line(out, run_row(report));
    for (const RatedContact& rated : report.contacts)
        append_line(out, contact_row(report, rated));
    std::uint64_t place = 0;
    for (const Gap& gap : report.gaps) {
        Json row = row_of(report, "gap", ++place);
        row["gap"] = describe(gap.kind).id;
        row["gap_count"] = gap.count;
        row["detail"] = gap_text(gap);
        append_line(out, row);
    }
    return out;
}

std::string clickhouse_definition()
{
    std::string out =
        "-- Rows of `waybill export CASE --to clickhouse`, of many cases. Sent again they replace themselves.\n"
        "CREATE TABLE IF NOT EXISTS waybill\n(\n";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Column& column = columns.at(i);
        const std::string_view type = column.type;
        // Times without a zone would be read in the server's.
        const std::string shown = type == "DateTime" ? "DateTime('UTC')" : std::string{type};
        out += fmt::format("    {} {}{}{}{}\n", column.name, shown, i + 1 < columns.size() ? "," : "",
                           column.meaning.empty() ? "" : "  -- ", column.meaning);
    }
    return out +
           ")\nENGINE = ReplacingMergeTree\nPARTITION BY toYYYYMM(started)\nORDER BY (host, tool, run, kind, seq);\n";
}

}  // namespace waybill
