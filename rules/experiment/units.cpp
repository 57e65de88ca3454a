#include "rules/experiment/units.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "rules/statistics/distributions.h"

namespace waybill::rules {
namespace {

// Of each bound: 95 % in all. That none, or all, were seen is chance like the rest, and gives neither side the other's.
constexpr double bound_error = 0.05 / 2;

/// Places of the complete runs among those of their arms.
struct Grid {
    std::vector<std::vector<RunSight>> empty;  // what a unit has that was never contacted
    std::vector<std::size_t> places;           // of each run

    Grid(std::span<const ObservedRun> runs, std::size_t arms) : empty(arms), places(runs.size())
    {
        for (std::size_t i = 0; i < runs.size(); ++i) {
            if (runs[i].outcome != RunOutcome::complete)
                continue;
            places[i] = empty[runs[i].arm].size();
            empty[runs[i].arm].push_back({.flows = 0,
                                          .ip_bytes_out = 0,
                                          .absence = runs[i].absence,
                                          .volumes_are_whole = runs[i].volumes_are_whole});
        }
    }
};

ArmSight sight_of(const std::vector<RunSight>& runs)
{
    ArmSight sight;
    std::vector<std::uint64_t> flows;
    std::vector<std::uint64_t> octets;
    for (const RunSight& run : runs) {
        ++sight.runs;
        sight.count += run.is_there() ? 1U : 0U;
        sight.hidden += !run.is_there() && run.absence == AbsenceSight::hidden ? 1U : 0U;
        flows.push_back(run.flows);
        octets.push_back(run.ip_bytes_out);
    }
    sight.low = statistics::lower_bound(sight.count, sight.runs, bound_error);
    sight.high = statistics::upper_bound(sight.count, sight.runs, bound_error);
    sight.flows = Spread::of(std::move(flows));
    sight.ip_bytes_out = Spread::of(std::move(octets));
    return sight;
}

std::uint64_t all_octets(const UnitRuns& unit)
{
    std::uint64_t sum = 0;
    for (const auto& arm : unit.arms)
        for (const RunSight& run : arm)
            sum += run.ip_bytes_out;
    return sum;
}

/// The sets of purposes of several endpoints.
std::vector<UnitRuns> purposes_of(const std::map<std::string, UnitRuns>& endpoints, const Grid& grid)
{
    std::map<std::vector<Purpose>, UnitRuns> sets;
    for (const auto& [name, endpoint] : endpoints) {
        if (!endpoint.unit.is_cited)  // what is not known of several endpoints is nothing that they have in common
            continue;
        auto [place, is_new] = sets.try_emplace(endpoint.unit.purposes, UnitRuns{{}, grid.empty});
        UnitRuns& set = place->second;
        set.unit.kind = Unit::Kind::purposes;
        set.unit.purposes = endpoint.unit.purposes;
        set.unit.is_cited = endpoint.unit.is_cited;
        set.unit.endpoints = is_new ? 1 : set.unit.endpoints + 1;
        for (std::size_t arm = 0; arm < set.arms.size(); ++arm)
            for (std::size_t run = 0; run < set.arms[arm].size(); ++run) {
                set.arms[arm][run].flows += endpoint.arms[arm][run].flows;
                set.arms[arm][run].ip_bytes_out += endpoint.arms[arm][run].ip_bytes_out;
            }
    }
    std::vector<UnitRuns> several;
    for (auto& [purposes, set] : sets)
        if (set.unit.endpoints > 1)
            several.push_back(std::move(set));
    return several;
}

}  // namespace

std::vector<UnitRuns> units_of(std::span<const ObservedRun> runs, std::size_t arms)
{
    const Grid grid{runs, arms};
    std::map<std::string, UnitRuns> endpoints;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].outcome != RunOutcome::complete)
            continue;
        for (const ObservedEndpoint& seen : runs[i].endpoints) {
            UnitRuns& endpoint = endpoints.try_emplace(seen.name, UnitRuns{{}, grid.empty}).first->second;
            endpoint.unit.name = seen.name;
            endpoint.unit.purposes = seen.purposes;
            endpoint.unit.is_cited = seen.is_cited;
            endpoint.unit.vendor = seen.vendor;
            endpoint.unit.rule = seen.rule;
            RunSight& sight = endpoint.arms[runs[i].arm][grid.places[i]];
            sight.flows += seen.flows;
            sight.ip_bytes_out += seen.ip_bytes_out;
        }
    }
    std::vector<UnitRuns> units = purposes_of(endpoints, grid);
    for (auto& [name, endpoint] : endpoints)
        units.push_back(std::move(endpoint));
    for (UnitRuns& unit : units)
        for (const auto& arm : unit.arms)
            unit.unit.sights.push_back(sight_of(arm));
    std::ranges::stable_sort(units, [](const UnitRuns& left, const UnitRuns& right) {
        return std::tuple{left.unit.kind, left.unit.is_cited, all_octets(right)} <
               std::tuple{right.unit.kind, right.unit.is_cited, all_octets(left)};
    });
    return units;
}

}  // namespace waybill::rules
