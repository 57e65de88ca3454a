#include "analyze/proxy/proxied_traffic.h"

#include <algorithm>
#include <utility>

namespace waybill {
namespace {

/// Only on the host's own network are the daemons of the host at its loopback addresses; and where events were lost, a
/// listener that was not told of may be one of the run's.
bool tells_listeners(const Run& run)
{
    return run.mode == NetworkMode::host &&
           std::ranges::none_of(run.gaps, [](const Gap& gap) { return gap.kind == GapKind::owner_unknown; });
}

OwnedFlow owned(const Flow& flow)
{
    return {flow.protocol_number, flow.tunnel_depth, flow.client, flow.server, flow.first};
}

}  // namespace

ProxiedTraffic::ProxiedTraffic(const Run& run, const OwnerIndex* owners, const std::vector<Process>& processes)
    : owners_{owners},
      variables_{run.proxies.variables},
      serving_{owners == nullptr ? ServingProcesses{} : ServingProcesses::on_loopback(*owners, processes)},
      direct_{run.proxies, owners, processes},
      sees_delegations_{owners != nullptr && tells_listeners(run)}
{
}

/// Whether it goes to a proxy that a variable names, so that what it asks for is asked of a proxy.
bool ProxiedTraffic::is_named_proxy(const Flow& flow) const
{
    return std::ranges::any_of(variables_,
                               [&](const ProxyVariable& variable) { return to_proxy(flow, variable) == ToProxy::yes; });
}

void ProxiedTraffic::add_asked(const Flow& flow, std::vector<ProxyTarget> targets,
                               const std::optional<FlowOwner>& server)
{
    using Sureness = ProxyLegs::Asked::Sureness;
    const bool is_tunnel = targets.front().form == ProxyTarget::Form::tunnel;
    const bool is_named = is_named_proxy(flow);
    if (!is_tunnel && !is_named && !is_loopback(flow.server.address))
        return;  // a web server
    ProxyLegs::Asked asked;
    asked.process = server ? server->owner.process : 0;
    asked.origin = serving_.origin_of(asked.process);
    asked.targets = std::move(targets);
    asked.requests = flow.facts.application ? flow.facts.application->requests : 0;
    asked.sureness = is_tunnel || is_named ? Sureness::is_proxy : Sureness::may_be_proxy;
    legs_.add_asked(flow, std::move(asked));
}

void ProxiedTraffic::add(const Flow& flow, const Owner& owner)
{
    if (flow.tunnel_depth > 0)
        return;
    const bool is_local = is_loopback(flow.server.address);
    const auto server = owners_ != nullptr ? owners_->find_server(owned(flow)) : std::nullopt;
    if (auto targets = proxy_targets(flow); !targets.empty())
        add_asked(flow, std::move(targets), server);
    if (is_local) {
        if (sees_delegations_ && !server && owner.process != 0)
            delegations_.add(flow, owner.process);
        return;
    }
    if (server)
        return;  // it came in: to a server of the recording's
    if (const std::uint64_t origin = serving_.origin_of(owner.process);
        origin != 0 && flow.contact != 0 && (flow.transport == Transport::tcp || flow.facts.protocol == Protocol::quic))
        legs_.add_connection(flow, origin);
    direct_.add(flow, owner);
}

ProxiedTraffic::Found ProxiedTraffic::finish(std::vector<Contact>& contacts, GapCounters& gaps) &&
{
    std::move(legs_).join(contacts, gaps);
    Found found{direct_.finish(gaps), std::move(delegations_).finish(gaps)};
    for (const Delegation& delegation : found.delegations)
        if (delegation.outcome != LocalSocketOutcome::tried)
            gaps.add(GapKind::delegated, delegation.count);
    return found;
}

}  // namespace waybill
