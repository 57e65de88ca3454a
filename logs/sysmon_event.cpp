#include "logs/sysmon_event.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.h"
#include "logs/named_endpoint.h"

namespace waybill::logs {
namespace {

constexpr std::string_view network_connection = "3";
constexpr std::string_view dns_query = "22";

std::string_view value(const WindowsEvent& event, std::string_view name)
{
    const auto found = std::ranges::find(event.data, name, &std::pair<std::string, std::string>::first);
    return found == event.data.end() || is_absent(found->second) ? std::string_view{} : trim(found->second);
}

std::optional<std::uint64_t> number_of(std::string_view digits)
{
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), number);
    return problem == std::errc{} && end == digits.end() ? std::optional{number} : std::nullopt;
}

LogRecord read_connection(const WindowsEvent& event)
{
    if (equal_ignoring_case(value(event, "Initiated"), "false"))
        return {};
    const auto address = IpAddress::parse(value(event, "DestinationIp"));
    if (!address)
        return not_understood("its DestinationIp is no address");
    LoggedEndpoint endpoint;
    endpoint.address = *address;
    endpoint.port = read_port(value(event, "DestinationPort"));
    endpoint.transport = read_transport(value(event, "Protocol"));
    LogRecord record = record_of(endpoint);
    record.reverse_name = value(event, "DestinationHostname");
    return record;
}

}  // namespace

LogRecord read_sysmon_event(const WindowsEvent& event)
{
    if (!event.provider.empty() && !event.provider.contains("Sysmon"))
        return {};
    LogRecord record;
    if (event.id == network_connection)
        record = read_connection(event);
    else if (event.id == dns_query)
        record = read_name_record(value(event, "QueryName"), NamedBy::dns_query);
    if (record.kind == LogRecord::Kind::endpoint)
        record.owner = {std::string{value(event, "Image")}, number_of(value(event, "ProcessId")),
                        std::string{value(event, "User")}, event.computer};
    return record;
}

}  // namespace waybill::logs
