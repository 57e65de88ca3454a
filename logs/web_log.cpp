#include "logs/web_log.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "logs/line_words.h"
#include "logs/named_endpoint.h"
#include "wire/http1.h"

namespace waybill::logs {
namespace {

/// What a request line names. A line that is no request (a TLS hello sent to a plain port, "-") names nothing.
LogRecord read_request(std::string_view request)
{
    const auto line = http1::parse_request_line(request);
    if (!line || line->target.empty())
        return {};
    LogRecord record;
    if (line->method == "CONNECT")
        record = read_endpoint_record(line->target, NamedBy::proxy_connect);
    else if (line->target.contains("://") && !line->target.starts_with('/'))
        record = read_endpoint_record(line->target, NamedBy::http_host);
    if (record.kind == LogRecord::Kind::endpoint)
        record.endpoint.transport = Transport::tcp;
    return record;
}

/// What stands between the text's first quote and the next one that no backslash hides.
std::optional<std::string_view> first_quoted(std::string_view text)
{
    const std::size_t begin = text.find('"');
    if (begin == std::string_view::npos)
        return std::nullopt;
    for (std::size_t at = begin + 1; at < text.size(); ++at) {
        if (text[at] == '"')
            return text.substr(begin + 1, at - begin - 1);
        if (text[at] == '\\')
            ++at;
    }
    return std::nullopt;
}

/// `SNI/TLSv1.3/CIPHER` at the end of a line of httpslog.
std::string_view server_name_of(std::string_view line)
{
    const std::string_view last = line.substr(line.find_last_of(' ') + 1);
    const std::size_t slash = last.find('/');
    if (slash == std::string_view::npos || !last.substr(slash + 1).starts_with("TLSv"))
        return {};
    return last.substr(0, slash);
}

LogRecord read_haproxy_line(std::string_view line)
{
    if (const std::string_view name = server_name_of(line); !is_absent(name)) {
        LogRecord record = read_name_record(name, NamedBy::tls_sni);
        record.endpoint.transport = Transport::tcp;
        return record;
    }
    const auto request = first_quoted(line);
    return request ? read_request(*request) : LogRecord{};
}

/// `LEVEL  Nov 22 10:00:00.123 [PID]: MESSAGE`: the message; nothing of a line that is none of tinyproxy.
std::optional<std::string_view> tinyproxy_message(std::string_view line)
{
    constexpr std::array<std::string_view, 7> levels{"CONNECT", "INFO",     "NOTICE", "WARNING",
                                                     "ERROR",   "CRITICAL", "DEBUG"};
    const auto words = words_of(line, 6);
    if (words.size() < 6 || std::ranges::find(levels, words[0]) == levels.end() || !words[4].starts_with('[') ||
        !words[4].ends_with("]:"))
        return std::nullopt;
    return words[5];
}

/// The last of the words before the date, when they are as many as the format has: client, identity and user, with the
/// virtual host before them in one of Apache's own formats.
std::string_view user_of(std::string_view before_date)
{
    const auto words = words_of(before_date, 5);
    return (words.size() == 3 || words.size() == 4) && !is_absent(words.back()) ? words.back() : std::string_view{};
}

}  // namespace

LogRecord read_web_line(std::string_view line)
{
    if (const auto message = tinyproxy_message(line)) {
        const std::string_view request =
            message->starts_with("Request (") ? behind(*message, "): ") : std::string_view{};
        return request.empty() ? LogRecord{} : read_request(request);
    }
    if (line.contains("haproxy["))
        return read_haproxy_line(line);
    const std::size_t date = line.find('[');
    const std::size_t date_end = line.find("] \"");
    const auto request =
        date_end == std::string_view::npos || date > date_end ? std::nullopt : first_quoted(line.substr(date_end));
    if (!request)
        return not_understood("it is no line of a common or combined log");
    LogRecord record = read_request(*request);
    if (record.kind == LogRecord::Kind::endpoint)
        record.owner.user = user_of(line.substr(0, date));
    return record;
}

}  // namespace waybill::logs
