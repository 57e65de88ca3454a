#include "logs/zeek_log.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "logs/named_endpoint.h"

namespace waybill::logs {
namespace {

/// The responder of the connection, without a name.
LogRecord read_responder(const ZeekFields& fields)
{
    LoggedEndpoint endpoint;
    if (const std::string address = fields("id.resp_h"); !address.empty()) {
        const auto read = IpAddress::parse(address);
        if (!read)
            return not_understood("id.resp_h is no address");
        endpoint.address = *read;
    }
    endpoint.transport = read_transport(fields("proto"));
    if (endpoint.transport != Transport::icmp)  // whose ports are types and codes
        endpoint.port = read_port(fields("id.resp_p"));
    return record_of(std::move(endpoint));
}

/// The responder under the name that the connection itself told.
LogRecord read_named(const ZeekFields& fields, std::string_view name, NamedBy named_by, Transport transport)
{
    LogRecord record = read_responder(fields);
    if (record.kind == LogRecord::Kind::not_understood)
        return record;
    if (!is_absent(name)) {
        auto named = read_endpoint(name, named_by);
        if (!named)
            return not_understood(named.error());
        if (named->host)
            named->address = record.endpoint.address;
        if (!named->port)
            named->port = record.endpoint.port;
        record = record_of(*std::move(named));
    }
    record.endpoint.transport = transport;
    return record;
}

/// A request, of which a proxy's names the endpoint by its target and not by the responder, which is the proxy.
LogRecord read_http(const ZeekFields& fields)
{
    const std::string target = fields("uri");
    const bool is_connect = fields("method") == "CONNECT";
    const bool is_absolute = target.contains("://") && !target.starts_with('/');
    if (!is_connect && !is_absolute)
        return read_named(fields, fields("host"), NamedBy::http_host, Transport::tcp);
    LogRecord record = read_endpoint_record(target, is_connect ? NamedBy::proxy_connect : NamedBy::http_host);
    record.endpoint.transport = Transport::tcp;
    return record;
}

/// The log that a record of unknown path belongs to, by fields that no other has.
std::string_view guess_path(const ZeekFields& fields)
{
    if (!fields("query").empty() || !fields("trans_id").empty())
        return "dns";
    if (!fields("trans_depth").empty() || !fields("method").empty())
        return "http";
    if (!fields("client_initial_dcid").empty())
        return "quic";
    return fields("server_name").empty() ? "conn" : "ssl";
}

/// `\x09` of a header, and whatever else stands for itself.
std::string unescaped(std::string_view text)
{
    unsigned number = 0;
    if (text.size() == 4 && text.starts_with("\\x")) {
        const auto [end, problem] = std::from_chars(text.begin() + 2, text.end(), number, 16);
        if (problem == std::errc{} && end == text.end())
            return {static_cast<char>(number)};
    }
    return std::string{text};
}

std::vector<std::string> split(std::string_view line, std::string_view separator)
{
    std::vector<std::string> cells;
    while (true) {  // every turn but the last takes a separator, which is not empty
        const std::size_t end = line.find(separator);
        cells.emplace_back(line.substr(0, end));
        if (end == std::string_view::npos)
            return cells;
        line.remove_prefix(end + separator.size());
    }
}

}  // namespace

LogRecord read_zeek_record(std::string_view path, const ZeekFields& fields)
{
    if (path.empty())
        path = guess_path(fields);
    if (path == "dns") {
        const std::string question = fields("query");
        return is_absent(question) ? LogRecord{} : read_name_record(question, NamedBy::dns_query);
    }
    if (path == "http")
        return read_http(fields);
    if (path == "quic")
        return read_named(fields, fields("server_name"), NamedBy::quic_sni, Transport::udp);
    if (path == "ssl") {
        const bool is_datagram = fields("version").starts_with("DTLS");
        return read_named(fields, fields("server_name"), NamedBy::tls_sni,
                          is_datagram ? Transport::udp : Transport::tcp);
    }
    return read_responder(fields);
}

std::expected<LogRecord, LogError> ZeekTable::read_directive(std::string_view line)
{
    if (line.starts_with("#separator ")) {
        const std::string separator = unescaped(trim(line.substr(line.find(' ') + 1)));
        if (separator.empty())
            return not_understood("its separator is empty");
        separator_ = separator;
        return LogRecord{};
    }
    auto cells = split(line, separator_);
    const std::string name = cells.front();
    cells.erase(cells.begin());
    if (name == "#fields") {
        if (cells.size() > max_columns)
            return std::unexpected(too_many_columns(cells.size()));
        names_ = cells;
        LogRecord header;
        header.kind = LogRecord::Kind::header;
        header.fields = std::move(cells);
        return header;
    }
    for (const auto& [directive, setting] :
         {std::pair{"#path", &path_}, std::pair{"#unset_field", &unset_}, std::pair{"#empty_field", &empty_}})
        if (name == directive && !cells.empty())
            *setting = cells.front();
    return LogRecord{};
}

std::string ZeekTable::value(const std::vector<std::string>& cells, std::string_view name) const
{
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end())
        return {};
    const std::string& cell = cells[static_cast<std::size_t>(found - names_.begin())];
    return cell == unset_ || cell == empty_ ? std::string{} : cell;
}

std::expected<LogRecord, LogError> ZeekTable::read(std::string_view line)
{
    if (line.starts_with('#'))
        return read_directive(line);
    if (names_.empty())
        return not_understood("no #fields stands before it");
    auto cells = split(line, separator_);
    LogRecord record;
    if (cells.size() != names_.size())
        record = not_understood("its cells are not as many as the columns");
    else
        record = read_zeek_record(path_, [&](std::string_view name) { return value(cells, name); });
    record.fields = std::move(cells);
    return record;
}

}  // namespace waybill::logs
