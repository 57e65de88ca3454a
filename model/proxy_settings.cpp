#include "model/proxy_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"
#include "model/hostname.h"

namespace waybill {
namespace {

constexpr std::array<std::string_view, 6> proxy_names{"ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY",
                                                      "all_proxy", "https_proxy", "http_proxy"};
constexpr std::array<std::string_view, 2> exception_names{"NO_PROXY", "no_proxy"};

std::optional<Port> port_of(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), port);
    if (problem != std::errc{} || end != digits.end() || port == 0)
        return std::nullopt;
    return Port{port};
}

bool is_host(std::string_view text)
{
    return IpAddress::parse(text).has_value() || Hostname::parse(text).has_value();
}

/// A name's or an address's text, and a port behind it; an IPv6 address stands in brackets, else the colon is its own.
struct Authority {
    std::string_view host;
    std::string_view port;  ///< empty without one
};

Authority split(std::string_view authority)
{
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos)
            return {};
        const std::string_view rest = authority.substr(end + 1);
        const bool has_port = rest.starts_with(':');
        return {rest.empty() || has_port ? authority.substr(1, end - 1) : std::string_view{},
                has_port ? rest.substr(1) : std::string_view{}};
    }
    const std::size_t colon = authority.find(':');
    if (colon == std::string_view::npos || authority.find(':', colon + 1) != std::string_view::npos)
        return {authority, {}};
    return {authority.substr(0, colon), authority.substr(colon + 1)};
}

/// Of [scheme://][user:password@]host[:port][/path]. A password that is written as it is can hold any character: where
/// it cannot be told where the host begins, nothing is taken, so that no part of a secret is.
ProxyVariable read_variable(std::string_view name, std::string_view value)
{
    ProxyVariable variable{std::string{name}, {}, {}};
    if (const std::size_t scheme = value.find("://"); scheme != std::string_view::npos)
        value.remove_prefix(scheme + 3);
    const std::size_t at = value.rfind('@');
    const std::size_t end = value.find_first_of("/?#");
    if (at != std::string_view::npos && end != std::string_view::npos && end < at)
        return variable;
    value = value.substr(0, end);
    if (at != std::string_view::npos)
        value.remove_prefix(at + 1);
    const auto [host, digits] = split(value);
    const auto port = digits.empty() ? std::optional{Port{}} : port_of(digits);
    if (!is_host(host) || !port)
        return variable;
    variable.host = in_lower_case(host);
    if (variable.host.ends_with('.'))
        variable.host.pop_back();
    variable.port = *port;
    return variable;
}

/// Without what only says that more may stand before it.
std::string_view without_dots(std::string_view name)
{
    if (name.starts_with("*."))
        name.remove_prefix(2);
    else if (name.starts_with('.'))
        name.remove_prefix(1);
    if (name.ends_with('.'))
        name.remove_suffix(1);
    return name;
}

bool is_exception(const std::string& entry)
{
    const auto [host, port] = split(entry);
    const bool is_named = is_host(without_dots(host)) && (port.empty() || port_of(port));
    return entry == "*" || AddressRange::parse(entry) || is_named;
}

void add_exceptions(std::vector<std::string>& exceptions, std::string_view list)
{
    constexpr std::string_view separators = ", \t";
    while (!list.empty() && exceptions.size() < ProxySettings::max_exceptions) {  // every turn takes some of it
        const std::size_t end = list.find_first_of(separators);
        std::string entry = in_lower_case(list.substr(0, end));
        list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
        if (is_exception(entry) && std::ranges::find(exceptions, entry) == exceptions.end())
            exceptions.push_back(std::move(entry));
    }
}

}  // namespace

ProxiedScheme ProxyVariable::scheme() const
{
    const std::string word = in_lower_case(name);
    return word == "http_proxy"    ? ProxiedScheme::http
           : word == "https_proxy" ? ProxiedScheme::https
                                   : ProxiedScheme::all;
}

std::optional<IpAddress> ProxyVariable::address() const
{
    return IpAddress::parse(host == "localhost" ? std::string_view{"127.0.0.1"} : std::string_view{host});
}

bool is_well_formed(const ProxySettings& settings)
{
    const auto is_known = [](const ProxyVariable& variable) {
        return std::ranges::find(proxy_names, variable.name) != proxy_names.end() &&
               (variable.host.empty() || is_host(variable.host));
    };
    return settings.variables.size() <= proxy_names.size() && std::ranges::all_of(settings.variables, is_known) &&
           settings.exceptions.size() <= ProxySettings::max_exceptions &&
           std::ranges::all_of(settings.exceptions, is_exception);
}

ProxySettings read_proxy_settings(std::span<const std::string> environment)
{
    ProxySettings settings;
    for (const std::string& entry : environment) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos || equals + 1 == entry.size())
            continue;
        const std::string_view name = std::string_view{entry}.substr(0, equals);
        const std::string_view value = std::string_view{entry}.substr(equals + 1);
        if (std::ranges::find(proxy_names, name) != proxy_names.end())
            settings.variables.push_back(read_variable(name, value));
        else if (std::ranges::find(exception_names, name) != exception_names.end())
            add_exceptions(settings.exceptions, value);
    }
    std::ranges::sort(settings.variables, {}, &ProxyVariable::name);
    return settings;
}

bool excepts_host(const ProxySettings& settings, std::string_view host)
{
    const std::string name = in_lower_case(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
    return std::ranges::any_of(settings.exceptions, [&](const std::string& entry) {
        if (entry == "*")
            return true;
        const std::string_view suffix = without_dots(split(entry).host);
        return !suffix.empty() && name.ends_with(suffix) &&
               (name.size() == suffix.size() || name[name.size() - suffix.size() - 1] == '.');
    });
}

bool excepts_address(const ProxySettings& settings, const IpAddress& address)
{
    return std::ranges::any_of(settings.exceptions, [&](const std::string& entry) {
        if (entry == "*")
            return true;
        const auto range = AddressRange::parse(entry);
        const auto bare = range ? range : AddressRange::parse(split(entry).host);
        return bare && bare->contains(address);
    });
}

bool excepts_names(const ProxySettings& settings)
{
    return std::ranges::any_of(settings.exceptions, [](const std::string& entry) {
        return entry != "*" && !AddressRange::parse(entry) && !AddressRange::parse(split(entry).host);
    });
}

}  // namespace waybill
