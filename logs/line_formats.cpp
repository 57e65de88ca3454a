#include "logs/line_formats.h"

#include "base/ascii.h"
#include "logs/dns_log.h"
#include "logs/named_endpoint.h"
#include "logs/squid_log.h"
#include "logs/web_log.h"

namespace waybill::logs {

// Of formats that read equally many lines of a log, the first one is taken: the host list, which asks least, is the
// last.
const std::array<LineFormat, 6> line_formats{
    LineFormat{LogFormat::squid, read_squid_line}, LineFormat{LogFormat::dnsmasq, read_dnsmasq_line},
    LineFormat{LogFormat::bind, read_bind_line},   LineFormat{LogFormat::unbound, read_unbound_line},
    LineFormat{LogFormat::web, read_web_line},     LineFormat{LogFormat::hosts, read_host_line}};

LogRecord read_host_line(std::string_view line)
{
    const std::size_t hash = line.find('#');
    // A fragment belongs to its URL; a comment stands at the beginning or behind a space.
    if (hash == 0 || (hash != std::string_view::npos && (line[hash - 1] == ' ' || line[hash - 1] == '\t')))
        line = line.substr(0, hash);
    line = trim(line);
    return line.empty() ? LogRecord{} : read_endpoint_record(line, NamedBy::entry);
}

}  // namespace waybill::logs
