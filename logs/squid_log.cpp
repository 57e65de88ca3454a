#include "logs/squid_log.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "logs/line_words.h"
#include "logs/named_endpoint.h"

namespace waybill::logs {
namespace {

enum Column : std::size_t { time, elapsed, client, result, octets, method, url, user, hierarchy, type, columns };

bool is_time(std::string_view word)
{
    const std::size_t point = word.find('.');
    return point != std::string_view::npos && point > 0 && point + 1 < word.size() &&
           std::ranges::all_of(word, [](char character) { return is_digit(character) || character == '.'; });
}

bool is_count(std::string_view word)
{
    if (word.starts_with('-'))
        word.remove_prefix(1);
    return !word.empty() && std::ranges::all_of(word, is_digit);
}

/// The address of a server that Squid connected to itself: HIER_DIRECT/192.0.2.1.
IpAddress address_of(std::string_view word)
{
    const std::size_t slash = word.find('/');
    if (slash == std::string_view::npos || !word.substr(0, slash).contains("DIRECT"))
        return {};
    return IpAddress::parse(word.substr(slash + 1)).value_or(IpAddress{});
}

/// Whether the target is a word of Squid's own for a request that it could not read.
bool names_nothing(std::string_view target)
{
    return target.starts_with("error:") || target.starts_with("internal:") || target.starts_with("cache_object:") ||
           target.starts_with('/') || target == "*";
}

}  // namespace

LogRecord read_squid_line(std::string_view line)
{
    const auto words = words_of(line, columns + 1);
    if (words.size() < columns || !is_time(words[time]) || !is_count(words[elapsed]) || !words[result].contains('/') ||
        !is_count(words[octets]))
        return not_understood("it is no line of a Squid access log in its native format");
    LogRecord record;
    if (words[method] == "CONNECT")
        record = read_endpoint_record(words[url], NamedBy::proxy_connect);
    else if (!names_nothing(words[url]))
        record = words[url].contains("://") ? read_endpoint_record(words[url], NamedBy::http_host)
                                            : not_understood("its URL is none");
    if (record.kind != LogRecord::Kind::endpoint)
        return record;
    record.endpoint.transport = Transport::tcp;
    if (record.endpoint.host)
        record.endpoint.address = address_of(words[hierarchy]);
    if (!is_absent(words[user]))
        record.owner.user = words[user];
    return record;
}

}  // namespace waybill::logs
