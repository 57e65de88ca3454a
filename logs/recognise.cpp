// How a log's format is told (declared in logs/log_format.h).
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "logs/csv_row.h"
#include "logs/headings.h"
#include "logs/json_log.h"
#include "logs/line_formats.h"
#include "logs/log_format.h"

namespace waybill::logs {
namespace {

constexpr std::array<std::pair<LogFormat, std::string_view>, 14> format_words{{
    {LogFormat::hosts, "hosts"},
    {LogFormat::csv, "csv"},
    {LogFormat::zeek, "zeek"},
    {LogFormat::zeek_json, "zeek-json"},
    {LogFormat::squid, "squid"},
    {LogFormat::web, "web"},
    {LogFormat::dnsmasq, "dnsmasq"},
    {LogFormat::bind, "bind"},
    {LogFormat::unbound, "unbound"},
    {LogFormat::adguard, "adguard"},
    {LogFormat::pihole, "pihole"},
    {LogFormat::sysmon_xml, "sysmon-xml"},
    {LogFormat::sysmon_json, "sysmon-json"},
    {LogFormat::json, "json"},
}};

constexpr std::size_t max_sample_lines = 64;

/// Lines of the head that are neither empty nor comments; the last is left out where it may be torn.
std::vector<std::string_view> sample_of(std::string_view head)
{
    std::vector<std::string_view> lines;
    const bool is_torn = head.size() >= max_head_octets;
    while (!head.empty() && lines.size() < max_sample_lines) {  // every turn takes a line
        const std::size_t end = head.find('\n');
        if (end == std::string_view::npos && is_torn && !lines.empty())
            break;
        std::string_view line = head.substr(0, end);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!trim(line).empty() && !line.starts_with('#'))
            lines.push_back(line);
    }
    return lines;
}

/// Members whose list holds the records of what an API gave, when they come first: Pi-hole's `queries`, AdGuard Home's
/// and Pi-hole's `data`, Microsoft Graph's `value`, and `Results`.
constexpr std::array<std::string_view, 4> list_members{"queries", "data", "value", "Results"};

/// How many octets stand before the records of such a list; 0 when it is none.
std::size_t list_prefix(std::string_view head)
{
    const auto skip_white = [&](std::size_t at) {
        return std::min(head.find_first_not_of(" \t\r\n", at), head.size());
    };
    std::size_t at = skip_white(0);
    if (!head.substr(at).starts_with('{'))
        return 0;
    at = skip_white(at + 1);
    for (const std::string_view member : list_members) {
        const std::string_view rest = head.substr(at);
        if (!rest.starts_with('"') || !rest.substr(1).starts_with(member) ||
            !rest.substr(1 + member.size()).starts_with('"'))
            continue;
        const std::size_t colon = skip_white(at + member.size() + 2);
        if (!head.substr(colon).starts_with(':'))
            return 0;
        const std::size_t list = skip_white(colon + 1);
        return head.substr(list).starts_with('[') ? list + 1 : 0;
    }
    return 0;
}

Recognised frame_of(LogFormat format, std::string_view head)
{
    Recognised recognised{format};
    switch (format) {
        case LogFormat::csv: {
            const auto sample = sample_of(head);
            recognised.frame = {Framing::rows, sample.empty() ? ',' : guess_delimiter(sample.front())};
            break;
        }
        case LogFormat::sysmon_xml:
            recognised.frame.framing = Framing::elements;
            break;
        case LogFormat::zeek_json:
        case LogFormat::adguard:
        case LogFormat::pihole:
        case LogFormat::sysmon_json:
        case LogFormat::json:
            recognised.prefix = list_prefix(head);
            recognised.frame.framing = recognised.prefix == 0 ? Framing::objects : Framing::list;
            break;
        default:
            break;
    }
    return recognised;
}

std::optional<std::string_view> first_record(std::string_view head, const Recognised& recognised)
{
    std::string_view rest = head.substr(recognised.prefix);
    while (!rest.empty()) {  // every turn takes octets
        const Cut cut = cut_record(rest, recognised.frame, More::none);
        if (cut.state == Cut::State::record)
            return rest.substr(cut.start, cut.size);
        if (cut.state == Cut::State::incomplete || cut.state == Cut::State::ended)
            break;
        rest.remove_prefix(cut.taken);
    }
    return std::nullopt;
}

LogFormat format_of(JsonDialect dialect)
{
    switch (dialect) {
        using enum JsonDialect;
        case zeek:
            return LogFormat::zeek_json;
        case adguard:
            return LogFormat::adguard;
        case pihole:
            return LogFormat::pihole;
        case sysmon:
            return LogFormat::sysmon_json;
        case other:
            break;
    }
    return LogFormat::json;
}

LogError not_recognised(std::string message)
{
    return {LogError::Kind::not_recognised, std::move(message)};
}

std::expected<Recognised, LogError> recognise_json(std::string_view head, const LogOptions& options)
{
    Recognised recognised = frame_of(LogFormat::json, head);
    const auto record = first_record(head, recognised);
    const auto dialect = record ? guess_dialect(*record) : std::nullopt;
    if (!dialect)
        return std::unexpected(not_recognised(
            "it begins like JSON, but no object can be read at its beginning; say with --format what it is"));
    recognised.format = options.field.empty() ? format_of(*dialect) : LogFormat::json;
    if (recognised.format == LogFormat::json && options.field.empty() && !has_known_member(*record))
        return std::unexpected(
            not_recognised("no member of its first object is known to hold an endpoint; name one with --field"));
    return recognised;
}

/// The first row of what would be a table: more than the first line where a quoted heading holds a line end.
std::string_view header_of(std::string_view head, std::string_view first_line)
{
    const std::string_view rest = head.substr(static_cast<std::size_t>(first_line.begin() - head.begin()));
    return first_record(rest, {LogFormat::csv, {Framing::rows, guess_delimiter(first_line)}}).value_or(first_line);
}

/// Whether the first row is the header of a table: of several columns, or of one that is known.
bool is_table(std::string_view header, const LogOptions& options)
{
    const auto cells = parse_csv_row(header, guess_delimiter(header));
    if (!cells)
        return false;
    const bool is_named = std::ranges::any_of(*cells, [&](const std::string& cell) {
        return !options.column.empty() && is_same_heading(cell, options.column);
    });
    return is_named || Roles::guess(*cells).name_endpoint();
}

/// Whether it is text in several columns, none of which is known.
bool is_unknown_table(std::string_view header)
{
    const auto cells = parse_csv_row(header, guess_delimiter(header));
    return cells && cells->size() > 1 &&
           std::ranges::all_of(*cells, [](const std::string& cell) { return hides_nothing(cell); });
}

/// The format of lines that reads most of the sample.
std::optional<LogFormat> best_line_format(const std::vector<std::string_view>& sample)
{
    std::optional<LogFormat> best;
    std::ptrdiff_t most = 0;
    for (const LineFormat& each : line_formats) {
        const auto understood = std::ranges::count_if(
            sample, [&](std::string_view line) { return each.read(line).kind != LogRecord::Kind::not_understood; });
        if (understood > most) {
            most = understood;
            best = each.format;
        }
    }
    return best;
}

}  // namespace

std::string_view text(LogFormat format)
{
    for (const auto& [each, word] : format_words)
        if (each == format)
            return word;
    return {};
}

std::map<std::string, LogFormat> formats_by_word()
{
    std::map<std::string, LogFormat> formats;
    for (const auto& [format, word] : format_words)
        formats.emplace(word, format);
    return formats;
}

bool needs_head(LogFormat format)
{
    const Framing framing = frame_of(format, {}).frame.framing;
    return framing != Framing::lines && framing != Framing::elements;
}

std::expected<Recognised, LogError> recognise(std::string_view head, const LogOptions& options)
{
    head = head.substr(0, max_head_octets);
    if (options.format)
        return frame_of(*options.format, head);
    const std::size_t start = std::min(head.find_first_not_of(" \t\r\n"), head.size());
    const std::string_view begin = head.substr(start);
    if (begin.starts_with("#separator") || begin.starts_with("#fields") ||
        (begin.starts_with('#') && begin.contains("\n#fields\t")))
        return frame_of(LogFormat::zeek, head);
    if (begin.starts_with('<') && head.contains("<Event"))
        return frame_of(LogFormat::sysmon_xml, head);
    const bool is_json =
        begin.starts_with('{') || (begin.starts_with('[') && !is_digit(begin.substr(1, 1).empty() ? ' ' : begin[1]));
    if (is_json)
        return recognise_json(head, options);
    const auto sample = sample_of(head);
    if (sample.empty() && head.size() < max_head_octets)
        return frame_of(LogFormat::hosts, head);  // of comments alone
    if (!sample.empty() && is_table(header_of(head, sample.front()), options))
        return frame_of(LogFormat::csv, head);
    if (const auto format = best_line_format(sample))
        return frame_of(*format, head);
    if (!sample.empty() && is_unknown_table(sample.front()))
        return frame_of(LogFormat::csv, head);  // of which the reader says what its columns are called
    return std::unexpected(not_recognised("its first lines are of no format that is known; say it with --format"));
}

}  // namespace waybill::logs
