// The text forms of endpoints, ports and transports (declared in rules/pattern.h).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"
#include "rules/pattern.h"

namespace waybill::rules {
namespace {

std::optional<Port> parse_port(std::string_view digits)
{
    std::uint16_t value = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), value);
    if (problem != std::errc{} || end != digits.end() || value == 0)
        return std::nullopt;
    return Port{value};
}

/// A host or an address, into the query's place for it.
bool read_name(std::string_view name, EndpointQuery& endpoint)
{
    if (const auto address = IpAddress::parse(name)) {
        endpoint.address = *address;
        return true;
    }
    auto host = Hostname::parse(name);
    if (!host)
        return false;
    endpoint.host = *std::move(host);
    return true;
}

bool has_letter_or_digit(std::string_view name)
{
    return std::ranges::any_of(name, [](char character) {
        return is_digit(character) || (to_lower(character) >= 'a' && to_lower(character) <= 'z');
    });
}

struct NameAndPort {
    std::string_view name;
    std::optional<std::string_view> port;
};

/// Splits at the port's colon; a bare IPv6 address has none.
std::optional<NameAndPort> split_port(std::string_view text)
{
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos)
            return std::nullopt;
        const NameAndPort split{text.substr(1, bracket - 1), std::nullopt};
        const std::string_view after = text.substr(bracket + 1);
        if (!split.name.contains(':') || (!after.empty() && !after.starts_with(':')))
            return std::nullopt;
        return after.empty() ? split : NameAndPort{split.name, after.substr(1)};
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
        return NameAndPort{text, std::nullopt};
    return NameAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::optional<PortRange> parse_port_range(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const auto first = parse_port(text.substr(0, dash));
    if (!first)
        return std::nullopt;
    if (dash == std::string_view::npos)
        return PortRange{*first, *first};
    const auto last = parse_port(text.substr(dash + 1));
    if (!last || *last < *first)
        return std::nullopt;
    return PortRange{*first, *last};
}

std::optional<Transport> parse_transport(std::string_view word)
{
    for (const Transport transport : {Transport::tcp, Transport::udp, Transport::icmp, Transport::sctp})
        if (waybill::text(transport) == word)
            return transport;
    return std::nullopt;
}

std::string_view text(EndpointError error)
{
    switch (error) {
        using enum EndpointError;
        case empty:
            return "it is empty";
        case is_url:
            return "it is a URL, and an endpoint has neither scheme nor path";
        case bad_host:
            return "it begins with neither a host name nor an address";
        case bad_port:
            return "its port is not a number from 1 to 65535";
        case bad_transport:
            return "its transport is not tcp, udp, icmp or sctp";
    }
    return {};
}

std::expected<EndpointQuery, EndpointError> parse_endpoint(std::string_view text)
{
    using enum EndpointError;
    if (text.empty())
        return std::unexpected(empty);
    if (text.contains("://"))
        return std::unexpected(is_url);
    EndpointQuery endpoint;
    const std::size_t slash = text.find('/');
    const auto split = split_port(text.substr(0, slash));
    if (!split || !read_name(split->name, endpoint) || (endpoint.host && !has_letter_or_digit(split->name)))
        return std::unexpected(bad_host);
    if (split->port) {
        endpoint.port = parse_port(*split->port);
        if (!endpoint.port)
            return std::unexpected(bad_port);
    }
    if (slash != std::string_view::npos) {
        endpoint.transport = parse_transport(text.substr(slash + 1));
        if (!endpoint.transport)
            return std::unexpected(bad_transport);
    }
    return endpoint;
}

EndpointQuery query(const Endpoint& endpoint)
{
    EndpointQuery asked;
    if (!endpoint.host)
        asked.address = endpoint.address;
    else
        read_name(*endpoint.host, asked);
    if (number(endpoint.port) != 0)
        asked.port = endpoint.port;
    if (endpoint.transport != Transport::other)
        asked.transport = endpoint.transport;
    return asked;
}

std::string text(const EndpointQuery& endpoint)
{
    std::string name = endpoint.host ? endpoint.host->text() : endpoint.address.text();
    if (endpoint.port) {
        const bool in_brackets = !endpoint.host && endpoint.address.is_v6();
        name = fmt::format(fmt::runtime(in_brackets ? "[{}]:{}" : "{}:{}"), name, number(*endpoint.port));
    }
    if (endpoint.transport)
        name += fmt::format("/{}", waybill::text(*endpoint.transport));
    return name;
}

}  // namespace waybill::rules
