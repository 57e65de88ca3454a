#include "logs/named_endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "wire/http1.h"

namespace waybill::logs {
namespace {

constexpr std::string_view no_name = "it names neither a host nor an address";

struct Scheme {
    std::string_view name;
    Port port;
};

/// Ports that URLs leave out (RFC 9110, 4.2; RFC 6455, 3; RFC 1738, 3.2).
constexpr std::array schemes{Scheme{"https", Port{443}}, Scheme{"http", Port{80}}, Scheme{"wss", Port{443}},
                             Scheme{"ws", Port{80}}, Scheme{"ftp", Port{21}}};

bool has_letter_or_digit(std::string_view name)
{
    return std::ranges::any_of(name, [](char character) {
        return is_digit(character) || (to_lower(character) >= 'a' && to_lower(character) <= 'z');
    });
}

std::optional<Port> port_of_scheme(std::string_view scheme)
{
    for (const Scheme& each : schemes)
        if (equal_ignoring_case(each.name, scheme))
            return each.port;
    return std::nullopt;
}

/// A host or an address, with the port that stands behind it.
std::expected<LoggedEndpoint, std::string_view> read_authority(const std::optional<http1::Authority>& authority,
                                                               NamedBy named_by)
{
    if (!authority)
        return std::unexpected(no_name);
    if (authority->port == 0)
        return std::unexpected("its port is not a number from 1 to 65535");
    auto endpoint = read_name(authority->host, named_by);
    if (endpoint && endpoint->is_empty())
        return std::unexpected(no_name);
    if (endpoint && authority->port)
        endpoint->port = Port{*authority->port};
    return endpoint;
}

std::expected<LoggedEndpoint, std::string_view> read_url(std::string_view url, NamedBy named_by)
{
    auto endpoint = read_authority(http1::authority_of_target(url), named_by);
    if (endpoint && !endpoint->port)
        endpoint->port = port_of_scheme(url.substr(0, url.find("://")));
    return endpoint;
}

bool is_number(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

}  // namespace

std::expected<LoggedEndpoint, std::string_view> read_name(std::string_view name, NamedBy named_by)
{
    LoggedEndpoint endpoint;
    if (name == ".")
        return endpoint;
    if (name.starts_with('[') && name.ends_with(']') && name.contains(':'))
        name = name.substr(1, name.size() - 2);
    if (const auto address = IpAddress::parse(name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0)))) {
        endpoint.address = *address;
        return endpoint;
    }
    if (name.contains('*'))
        return std::unexpected("it is a pattern, not a host");
    auto host = Hostname::parse(name);
    if (!host || !has_letter_or_digit(name))
        return std::unexpected(no_name);
    endpoint.host = *std::move(host);
    endpoint.named_by = named_by;
    return endpoint;
}

std::expected<LoggedEndpoint, std::string_view> read_endpoint(std::string_view text, NamedBy named_by)
{
    text = trim(text);
    if (text.contains("://"))
        return read_url(text, named_by);
    if (IpAddress::parse(text))
        return read_name(text, named_by);
    const std::size_t end = text.find_first_of("/?#");
    const std::string_view authority = text.substr(0, end);
    if (authority.contains('@'))
        return std::unexpected("it is not clear where its host begins");  // a mail address, or a user and no scheme
    auto endpoint = read_authority(http1::parse_authority(authority), named_by);
    if (!endpoint || end == std::string_view::npos || text[end] != '/')
        return endpoint;
    const std::string_view behind = text.substr(end + 1);
    if (!endpoint->host && is_number(behind))
        return std::unexpected("it is a range of addresses, not one");
    endpoint->transport = read_transport(is_number(behind) ? std::string_view{} : behind);
    return endpoint;
}

LogRecord read_endpoint_record(std::string_view text, NamedBy named_by)
{
    auto endpoint = read_endpoint(text, named_by);
    return endpoint ? record_of(*std::move(endpoint)) : not_understood(endpoint.error());
}

LogRecord read_name_record(std::string_view name, NamedBy named_by)
{
    auto endpoint = read_name(name, named_by);
    return endpoint ? record_of(*std::move(endpoint)) : not_understood(endpoint.error());
}

std::optional<Port> read_port(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), port);
    if (problem != std::errc{} || end != digits.end() || port == 0)
        return std::nullopt;
    return Port{port};
}

std::optional<Transport> read_transport(std::string_view word)
{
    // IANA's protocol numbers, as some exports have them.
    constexpr std::array words{std::pair{"tcp", Transport::tcp},   std::pair{"udp", Transport::udp},
                               std::pair{"icmp", Transport::icmp}, std::pair{"sctp", Transport::sctp},
                               std::pair{"6", Transport::tcp},     std::pair{"17", Transport::udp},
                               std::pair{"1", Transport::icmp},    std::pair{"132", Transport::sctp}};
    for (const auto& [each, transport] : words)
        if (equal_ignoring_case(each, word))
            return transport;
    return std::nullopt;
}

bool is_absent(std::string_view cell)
{
    constexpr std::array<std::string_view, 8> words{"", "-", "(empty)", "(null)", "null", "n/a", "nil", "none"};
    cell = trim(cell);
    return std::ranges::any_of(words, [&](std::string_view word) { return equal_ignoring_case(word, cell); });
}

}  // namespace waybill::logs
