#include "logs/log_record.h"

#include <utility>

namespace waybill::logs {

std::string_view text(NamedBy named_by)
{
    switch (named_by) {
        using enum NamedBy;
        case nothing:
            break;
        case entry:
            return "entry";
        case dns_query:
            return "dns-query";
        case http_host:
            return "http-host";
        case proxy_connect:
            return "proxy-connect";
        case tls_sni:
            return "tls-sni";
        case quic_sni:
            return "quic-sni";
    }
    return {};
}

LogRecord not_understood(std::string_view problem)
{
    LogRecord record;
    record.kind = LogRecord::Kind::not_understood;
    record.problem = problem;
    return record;
}

LogRecord record_of(LoggedEndpoint endpoint)
{
    LogRecord record;
    record.kind = endpoint.is_empty() ? LogRecord::Kind::nothing : LogRecord::Kind::endpoint;
    record.endpoint = std::move(endpoint);
    return record;
}

}  // namespace waybill::logs
