#include "logs/headings.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.h"
#include "logs/named_endpoint.h"

namespace waybill::logs {
namespace {

struct Heading {
    Role role;
    std::string_view name;  ///< in lower case, without spaces, hyphens and underscores
};

/// The most telling names of a role come first. What reverse DNS gave (Sysmon's DestinationHostname) is not among them.
constexpr std::array headings{
    Heading{Role::host, "remoteurl"},
    Heading{Role::host, "remotehost"},
    Heading{Role::host, "remotedomain"},
    Heading{Role::host, "destination.domain"},
    Heading{Role::host, "destinationdomain"},
    Heading{Role::host, "tls.client.servername"},
    Heading{Role::host, "servername"},
    Heading{Role::host, "sni"},
    Heading{Role::host, "dns.question.name"},
    Heading{Role::host, "queryname"},
    Heading{Role::host, "qname"},
    Heading{Role::host, "query"},
    Heading{Role::host, "url.domain"},
    Heading{Role::host, "url.full"},
    Heading{Role::host, "requesturl"},
    Heading{Role::host, "url"},
    Heading{Role::host, "uri"},
    Heading{Role::host, "cshost"},
    Heading{Role::host, "desthost"},
    Heading{Role::host, "dsthost"},
    Heading{Role::host, "destinationhost"},
    Heading{Role::host, "destination"},
    Heading{Role::host, "endpoint"},
    Heading{Role::host, "fqdn"},
    Heading{Role::host, "domain"},
    Heading{Role::host, "domainname"},
    Heading{Role::host, "host"},
    Heading{Role::host, "hostname"},
    Heading{Role::address, "remoteip"},
    Heading{Role::address, "remoteaddress"},
    Heading{Role::address, "destination.ip"},
    Heading{Role::address, "destinationip"},
    Heading{Role::address, "destinationaddress"},
    Heading{Role::address, "destip"},
    Heading{Role::address, "dstip"},
    Heading{Role::address, "dstaddr"},
    Heading{Role::address, "dst"},
    Heading{Role::address, "serverip"},
    Heading{Role::address, "ipaddress"},
    Heading{Role::address, "ip"},
    Heading{Role::address, "address"},
    Heading{Role::port, "remoteport"},
    Heading{Role::port, "destination.port"},
    Heading{Role::port, "destinationport"},
    Heading{Role::port, "destport"},
    Heading{Role::port, "dstport"},
    Heading{Role::port, "dport"},
    Heading{Role::port, "port"},
    Heading{Role::transport, "network.transport"},
    Heading{Role::transport, "transport"},
    Heading{Role::transport, "protocol"},
    Heading{Role::transport, "proto"},
    Heading{Role::process, "initiatingprocessfilename"},
    Heading{Role::process, "process.executable"},
    Heading{Role::process, "process.name"},
    Heading{Role::process, "image"},
    Heading{Role::process, "processname"},
    Heading{Role::process, "processpath"},
    Heading{Role::process, "process"},
    Heading{Role::process, "application"},
    Heading{Role::process, "exe"},
    Heading{Role::pid, "initiatingprocessid"},
    Heading{Role::pid, "process.pid"},
    Heading{Role::pid, "processid"},
    Heading{Role::pid, "pid"},
    Heading{Role::user, "initiatingprocessaccountname"},
    Heading{Role::user, "user.name"},
    Heading{Role::user, "accountname"},
    Heading{Role::user, "username"},
    Heading{Role::user, "user"},
    Heading{Role::device, "devicename"},
    Heading{Role::device, "computername"},
    Heading{Role::device, "computer"},
    Heading{Role::device, "host.name"},
    Heading{Role::device, "host.hostname"},
};

std::string normalised(std::string_view name)
{
    std::string plain;
    for (const char character : name)
        if (!std::string_view{" _-"}.contains(character))
            plain += to_lower(character);
    return plain;
}

std::optional<std::uint64_t> read_number(std::string_view digits)
{
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), number);
    if (problem != std::errc{} || end != digits.end())
        return std::nullopt;
    return number;
}

/// Into the endpoint what its other columns say. False when an address or a port is none.
bool add_columns(LoggedEndpoint& endpoint, std::string_view address, std::string_view port)
{
    if (!address.empty() && endpoint.address.family() == IpAddress::Family::none) {
        const auto read = read_endpoint(address, NamedBy::nothing);
        if (!read || read->host)
            return false;
        endpoint.address = read->address;
        if (!endpoint.port)
            endpoint.port = read->port;
    }
    if (!port.empty() && port != "0")
        endpoint.port = read_port(port);
    return port.empty() || port == "0" || endpoint.port;
}

}  // namespace

bool is_same_heading(std::string_view left, std::string_view right)
{
    return normalised(left) == normalised(right);
}

Roles Roles::guess(std::span<const std::string> names)
{
    Roles roles;
    std::array<std::size_t, role_count> ranks;
    ranks.fill(headings.size());
    for (std::size_t place = 0; place < names.size(); ++place) {
        const auto found = std::ranges::find(headings, normalised(names[place]), &Heading::name);
        if (found == headings.end())
            continue;
        const auto rank = static_cast<std::size_t>(found - headings.begin());
        std::size_t& best = ranks[static_cast<std::size_t>(found->role)];
        if (rank < best) {
            best = rank;
            roles.set(found->role, place);
        }
    }
    return roles;
}

LogRecord Roles::read(std::span<const std::string> values) const
{
    const auto value = [&](Role role) -> std::string_view {
        const auto at = place(role);
        return at && *at < values.size() && !is_absent(values[*at]) ? trim(values[*at]) : std::string_view{};
    };
    LoggedEndpoint endpoint;
    if (const std::string_view host = value(Role::host); !host.empty()) {
        auto read = read_endpoint(host, NamedBy::entry);
        if (!read)
            return not_understood(read.error());
        endpoint = *std::move(read);
    }
    if (!add_columns(endpoint, value(Role::address), value(Role::port)))
        return not_understood("its address or its port is none");
    if (const auto transport = read_transport(value(Role::transport)))
        endpoint.transport = transport;
    LogRecord record = record_of(std::move(endpoint));
    record.owner = {std::string{value(Role::process)}, read_number(value(Role::pid)), std::string{value(Role::user)},
                    std::string{value(Role::device)}};
    return record;
}

}  // namespace waybill::logs
