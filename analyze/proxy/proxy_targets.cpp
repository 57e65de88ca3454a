#include "analyze/proxy/proxy_targets.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/ascii.h"

namespace waybill {
namespace {

Port port_of(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), port);
    return problem == std::errc{} && end == digits.end() ? Port{port} : Port{};
}

/// When a name of that source was seen.
Timestamp asked_at(const Flow& flow, NameSource source, std::string_view host)
{
    const auto clue = std::ranges::find_if(flow.facts.names, [&](const NameClue& known) {
        return known.source == source && target_host(known.name.text()) == host;
    });
    return clue == flow.facts.names.end() ? flow.first : clue->at;
}

void add_tunnels(std::vector<ProxyTarget>& targets, const Flow& flow, const std::vector<std::string>& asked,
                 NameSource source)
{
    for (const std::string& target : asked) {
        const std::size_t colon = target.rfind(':');
        const std::string_view whole{target};
        const bool has_port = colon != std::string::npos && !whole.ends_with(']');
        std::string host = target_host(has_port ? whole.substr(0, colon) : whole);
        const Timestamp at = asked_at(flow, source, host);
        targets.push_back(
            {std::move(host), has_port ? port_of(whole.substr(colon + 1)) : Port{}, ProxyTarget::Form::tunnel, at});
    }
}

bool is_here(std::string_view host)
{
    const auto address = IpAddress::parse(host);
    return host == "localhost" || host.ends_with(".localhost") || (address && is_special(*address));
}

}  // namespace

std::string target_host(std::string_view name)
{
    if (name.starts_with('[') && name.ends_with(']'))
        name = name.substr(1, name.size() - 2);
    if (const auto address = IpAddress::parse(name))
        return address->text();
    if (name.size() > 1 && name.ends_with('.'))
        name.remove_suffix(1);
    std::string host{name};
    std::ranges::transform(host, host.begin(), to_lower);
    return host;
}

std::vector<ProxyTarget> proxy_targets(const Flow& flow)
{
    std::vector<ProxyTarget> targets;
    const auto& application = flow.facts.application;
    if (!application)
        return targets;
    add_tunnels(targets, flow, application->connect, NameSource::proxy_connect);
    add_tunnels(targets, flow, application->socks, NameSource::socks);
    if (!targets.empty())
        return targets;  // a Host there is the target's again, or spoken inside of the tunnel
    for (const NameClue& clue : flow.facts.names) {
        if (clue.source != NameSource::http_host)
            continue;
        std::string host = target_host(clue.name.text());
        if (!is_here(host))
            targets.push_back({std::move(host), Port{}, ProxyTarget::Form::request, clue.at});
    }
    return targets;
}

ToProxy to_proxy(const Flow& flow, const ProxyVariable& variable)
{
    if (variable.host.empty())
        return ToProxy::unknown;
    if (variable.port != Port{} && variable.port != flow.server.port)
        return ToProxy::no;
    if (const auto address = variable.address()) {
        const bool is_here = is_loopback(*address) && is_loopback(flow.server.address);
        return *address == flow.server.address || is_here ? ToProxy::yes : ToProxy::no;
    }
    bool has_answer = false;
    for (const NameClue& clue : flow.facts.names) {
        if (clue.source == NameSource::dns_answer && target_host(clue.name.text()) == variable.host)
            return ToProxy::yes;
        has_answer |= clue.source == NameSource::dns_answer;
    }
    return has_answer ? ToProxy::no : ToProxy::unknown;
}

}  // namespace waybill
