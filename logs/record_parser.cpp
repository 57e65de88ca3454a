// How the records of each format are read (declared in logs/log_format.h).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "logs/csv_log.h"
#include "logs/json_log.h"
#include "logs/line_formats.h"
#include "logs/log_format.h"
#include "logs/sysmon_xml.h"
#include "logs/zeek_log.h"

namespace waybill::logs {
namespace {

RecordParser json_parser(JsonDialect dialect, const std::string& field)
{
    return [dialect, field](std::string_view text) { return read_json_record(text, dialect, field); };
}

RecordParser line_parser(LogFormat format)
{
    const auto found = std::ranges::find(line_formats, format, &LineFormat::format);
    return [read = found->read](std::string_view line) { return read(line); };
}

}  // namespace

LogError too_many_columns(std::size_t columns)
{
    return {LogError::Kind::not_recognised,
            fmt::format("it has {} columns, and {} at most are read; leave out those that are not needed", columns,
                        max_columns)};
}

RecordParser make_parser(const Recognised& recognised, const LogOptions& options)
{
    switch (recognised.format) {
        case LogFormat::csv:
            return [table = CsvTable{recognised.frame.delimiter, options.column}](std::string_view row) mutable {
                return table.read(row);
            };
        case LogFormat::zeek:
            return [table = ZeekTable{}](std::string_view line) mutable { return table.read(line); };
        case LogFormat::sysmon_xml:
            return [](std::string_view element) { return read_sysmon_element(element); };
        case LogFormat::zeek_json:
            return json_parser(JsonDialect::zeek, options.field);
        case LogFormat::adguard:
            return json_parser(JsonDialect::adguard, options.field);
        case LogFormat::pihole:
            return json_parser(JsonDialect::pihole, options.field);
        case LogFormat::sysmon_json:
            return json_parser(JsonDialect::sysmon, options.field);
        case LogFormat::json:
            return json_parser(JsonDialect::other, options.field);
        default:
            return line_parser(recognised.format);
    }
}

}  // namespace waybill::logs
