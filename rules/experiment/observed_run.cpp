#include "rules/experiment/observed_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "rules/endpoint_identity.h"

namespace waybill::rules {
namespace {

// What the network mode never shows, where every run has it: then it is said once, of the experiment.
constexpr std::array gaps_of_the_mode{
    GapKind::attempts_only,      GapKind::no_setuid,           GapKind::mode_limits,
    GapKind::leftover_processes, GapKind::environment_removed, GapKind::sockets_unplaced,
};

bool may_be_of_the_mode(GapKind kind)
{
    return std::ranges::find(gaps_of_the_mode, kind) != gaps_of_the_mode.end();
}

AbsenceSight absence_sight(GapKind kind)
{
    if (!affects(kind, Claim::absence))
        return AbsenceSight::whole;
    if (describe(kind).lost_input || affects(kind, Claim::endpoints) || affects(kind, Claim::names))
        return AbsenceSight::hidden;
    return may_be_of_the_mode(kind) ? AbsenceSight::whole : AbsenceSight::in_sight;
}

/// Limits of a mode are told apart by their words; of the other kinds a run can have more or fewer than the next.
bool is_same_limit(const Gap& one, const Gap& other)
{
    return one.kind == other.kind && (one.kind != GapKind::mode_limits || one.detail == other.detail);
}

}  // namespace

std::string endpoint_key(const RatedContact& rated)
{
    const EndpointIdentity identity = identity_of(rated);
    const bool is_v6 = identity.kind == EndpointIdentity::Kind::address && rated.contact.endpoint.address.is_v6();
    const std::string host = is_v6 ? fmt::format("[{}]", identity.name) : identity.name;
    const std::string transport =
        identity.transport == Transport::tcp ? "" : fmt::format("/{}", text(identity.transport));
    if (identity.any_port)
        return fmt::format("{}:any{}", host, transport);
    if (identity.port == Port{})
        return host + transport;
    return fmt::format("{}:{}{}", host, number(identity.port), transport);
}

AbsenceSight absence_sight(const std::vector<Gap>& gaps)
{
    AbsenceSight sight = AbsenceSight::whole;
    for (const Gap& gap : gaps)
        sight = std::max(sight, absence_sight(gap.kind));
    return sight;
}

void narrow_by_accidents(std::span<ObservedRun> runs)
{
    const auto is_everywhere = [runs](const Gap& gap) {
        return std::ranges::all_of(runs, [&](const ObservedRun& run) {
            return run.outcome != RunOutcome::complete ||
                   std::ranges::any_of(run.gaps, [&](const Gap& other) { return is_same_limit(gap, other); });
        });
    };
    for (ObservedRun& run : runs)
        for (const Gap& gap : run.gaps)
            if (may_be_of_the_mode(gap.kind) && !is_everywhere(gap))
                run.absence = std::max(run.absence, AbsenceSight::in_sight);
}

ObservedRun observe(const Report& report)
{
    std::map<std::string, ObservedEndpoint> endpoints;
    for (const RatedContact& rated : report.contacts) {
        std::string name = endpoint_key(rated);
        ObservedEndpoint& endpoint = endpoints[name];
        endpoint.name = std::move(name);
        endpoint.purposes = rated.rating.purposes;
        std::ranges::sort(endpoint.purposes);
        endpoint.is_cited = rated.rating.is_cited();
        endpoint.vendor = rated.rating.vendor;
        endpoint.rule = rated.rating.rule;
        endpoint.flows += rated.contact.flow_count;
        endpoint.ip_bytes_out += rated.contact.out.ip_bytes;
    }
    ObservedRun run;
    run.outcome = RunOutcome::complete;
    for (auto& [name, endpoint] : endpoints)
        run.endpoints.push_back(std::move(endpoint));
    run.absence = absence_sight(report.gaps);
    run.volumes_are_whole =
        std::ranges::none_of(report.gaps, [](const Gap& gap) { return affects(gap.kind, Claim::volumes); });
    run.gaps = report.gaps;
    return run;
}

}  // namespace waybill::rules
