#include "analyze/proxy/delegations.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace waybill {
namespace {

/// A connection that is refused carries nothing; of a datagram only an answer tells that somebody takes it.
bool was_answered(const Flow& flow)
{
    if (flow.transport == Transport::tcp)
        return flow.out.payload_bytes + flow.in.payload_bytes > 0;
    return flow.in.payload_bytes > 0;
}

}  // namespace

/// The entry of a process and a place, new or known; null at the bound.
Delegation* Delegations::at(const Place& place, Timestamp first)
{
    if (places_.size() >= most_places && !places_.contains(place)) {
        ++dropped_;
        return nullptr;
    }
    const auto [entry, is_new] = places_.try_emplace(place);
    Delegation& delegation = entry->second;
    if (is_new) {
        std::tie(delegation.process, delegation.kind, delegation.server, delegation.path) = place;
        delegation.first = delegation.last = first;
    }
    delegation.first = std::min(delegation.first, first);
    return &delegation;
}

void Delegations::add(const Flow& flow, std::uint64_t process)
{
    const bool has_kind = flow.transport == Transport::tcp || flow.transport == Transport::udp;
    if (!has_kind || !was_answered(flow))
        return;
    const auto kind = flow.transport == Transport::tcp ? LocalSocketKind::tcp : LocalSocketKind::udp;
    Delegation* const delegation = at({process, kind, flow.server, {}}, flow.first);
    if (delegation == nullptr)
        return;
    ++delegation->count;
    delegation->outcome = LocalSocketOutcome::answered;
    delegation->last = std::max(delegation->last, flow.last);
}

void Delegations::add(const std::vector<LocalSocketRecord>& called)
{
    std::map<std::uint64_t, std::string_view> names;  // by socket: as it was called, which need not be as it is bound
    std::set<std::string_view> inside;
    for (const LocalSocketRecord& record : called) {
        if (record.socket != 0 && record.outcome != LocalSocketOutcome::answered)
            names.insert_or_assign(record.socket, record.path);
        if (!record.is_inside)
            continue;
        inside.insert(record.path);
        if (const auto name = names.find(record.socket); name != names.end())
            inside.insert(name->second);
    }
    std::set<std::pair<std::uint64_t, std::uint64_t>> connections;  // by socket and process: a line can be told again
    std::map<const Delegation*, std::uint64_t> answers;  // told once more, of connections that were told when tried
    for (const LocalSocketRecord& record : called) {
        const bool is_own = record.outcome != LocalSocketOutcome::answered && inside.contains(record.path);
        if (record.is_inside || is_own)
            continue;
        const auto name = names.find(record.socket);
        const std::string path{name == names.end() ? record.path : name->second};
        Delegation* const delegation = at({record.process, record.kind, {}, path}, record.at);
        if (delegation == nullptr)
            continue;
        const bool is_answer = record.outcome == LocalSocketOutcome::answered;
        const bool is_again = is_answer && record.socket != 0 && record.kind == LocalSocketKind::unix_stream &&
                              !connections.emplace(record.socket, record.process).second;
        const std::uint64_t answered = answers[delegation] += is_answer && !is_again ? 1 : 0;
        delegation->count = is_answer ? std::max(delegation->count, answered) : delegation->count + 1;
        delegation->outcome = std::max(delegation->outcome, record.outcome);
        delegation->last = std::max(delegation->last, record.at);
        if (!record.listener.empty()) {
            delegation->listener_pid = record.listener_pid;
            delegation->listener = record.listener;
        }
    }
}

std::vector<Delegation> Delegations::finish(GapCounters& gaps) &&
{
    gaps.add(GapKind::delegations_bound, dropped_);
    std::vector<Delegation> found;
    for (auto& [key, delegation] : places_)
        found.push_back(std::move(delegation));
    std::ranges::stable_sort(found, {}, &Delegation::first);
    return found;
}

}  // namespace waybill
