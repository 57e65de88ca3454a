#include "analyze/proxy/direct_flows.h"

#include <algorithm>
#include <utility>

#include "analyze/proxy/proxy_targets.h"

namespace waybill {
namespace {

constexpr Port http_port{80};
constexpr Port https_port{443};

/// What a flow speaks, or would have at its port; nothing for what no such proxy is for.
std::optional<ProxiedScheme> scheme_of(const Flow& flow)
{
    const auto& application = flow.facts.application;
    if (application && (!application->connect.empty() || !application->socks.empty()))
        return ProxiedScheme::https;  // by way of another proxy than is meant, unless it is that one
    switch (flow.facts.protocol) {
        case Protocol::tls:
        case Protocol::quic:
            return ProxiedScheme::https;
        case Protocol::http:
        case Protocol::http2:
            return ProxiedScheme::http;
        case Protocol::unknown:
            break;
        default:
            return std::nullopt;
    }
    if (flow.transport != Transport::tcp)
        return std::nullopt;
    if (flow.server.port == https_port)
        return ProxiedScheme::https;
    return flow.server.port == http_port ? std::optional{ProxiedScheme::http} : std::nullopt;
}

bool is_excepted(const Flow& flow, const ProxySettings& settings)
{
    return excepts_address(settings, flow.server.address) ||
           std::ranges::any_of(flow.facts.names, [&](const NameClue& clue) {
               return excepts_host(settings, target_host(clue.name.text()));
           });
}

}  // namespace

DirectFlows::DirectFlows(ProxySettings settings, const OwnerIndex* owners, const std::vector<Process>& processes)
    : settings_{std::move(settings)}, contacts_(settings_.variables.size())
{
    for (const ProxyVariable& variable : settings_.variables) {
        const auto address = variable.address();
        servers_.push_back(owners != nullptr && address
                               ? ServingProcesses::at({*address, variable.port}, *owners, processes)
                               : ServingProcesses{});
        const bool is_sure = address && is_loopback(*address);
        possible_servers_.push_back(owners != nullptr && !is_sure && variable.port != Port{}
                                        ? ServingProcesses::at_port(variable.port, *owners, processes)
                                        : ServingProcesses{});
    }
}

bool DirectFlows::is_for(const ProxyVariable& variable, ProxiedScheme scheme) const
{
    const ProxiedScheme own = variable.scheme();
    if (own != ProxiedScheme::all)
        return own == scheme;
    return std::ranges::none_of(settings_.variables,
                                [&](const ProxyVariable& other) { return other.scheme() == scheme; });
}

DirectFlows::Verdict DirectFlows::judge(const Flow& flow, const Owner& owner, ProxiedScheme scheme) const
{
    Verdict verdict = Verdict::direct;
    for (std::size_t at = 0; at < servers_.size(); ++at) {
        const ProxyVariable& variable = settings_.variables[at];
        const ToProxy one = to_proxy(flow, variable);
        if (one == ToProxy::yes || servers_[at].origin_of(owner.process) != 0)
            return Verdict::proxied;
        const bool may_be_its_own = owner.process == 0 && variable.address() && is_loopback(*variable.address());
        const bool may_be_proxy = possible_servers_[at].origin_of(owner.process) != 0;
        if (may_be_proxy || (is_for(variable, scheme) && (one == ToProxy::unknown || may_be_its_own)))
            verdict = Verdict::unknown;
    }
    if (flow.facts.names.empty() && excepts_names(settings_))
        return Verdict::unknown;  // it may be one of those
    return verdict;
}

void DirectFlows::add(const Flow& flow, const Owner& owner)
{
    if (settings_.variables.empty() || flow.contact == 0 || flow.tunnel_depth > 0 || is_special(flow.server.address))
        return;
    const auto scheme = scheme_of(flow);
    if (!scheme || is_excepted(flow, settings_))
        return;
    const auto variable =
        std::ranges::find_if(settings_.variables, [&](const ProxyVariable& each) { return is_for(each, *scheme); });
    if (variable == settings_.variables.end())
        return;
    switch (judge(flow, owner, *scheme)) {
        case Verdict::proxied:
            break;
        case Verdict::direct:
            ++contacts_[static_cast<std::size_t>(variable - settings_.variables.begin())][flow.contact];
            break;
        case Verdict::unknown:
            ++unknown_;
            break;
    }
}

std::vector<Finding> DirectFlows::finish(GapCounters& gaps) const
{
    gaps.add(GapKind::proxy_unknown, unknown_);
    std::vector<Finding> findings;
    for (std::size_t at = 0; at < contacts_.size(); ++at) {
        if (contacts_[at].empty())
            continue;
        Finding finding;
        finding.variable = settings_.variables[at];
        for (const auto& [contact, flows] : contacts_[at]) {
            finding.contacts.push_back(contact);
            finding.flows += flows;
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace waybill
