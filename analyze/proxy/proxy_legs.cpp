#include "analyze/proxy/proxy_legs.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace waybill {
namespace {

template <typename Value>
void add_once(std::vector<Value>& values, const Value& value)
{
    if (std::ranges::find(values, value) == values.end())
        values.push_back(value);
}

/// In order, those that overlap as one.
void merge(std::vector<Window>& windows)
{
    std::ranges::sort(windows, {}, &Window::begin);
    std::vector<Window> merged;
    for (const Window& window : windows) {
        if (!merged.empty() && window.begin <= merged.back().end)
            merged.back().end = std::max(merged.back().end, window.end);
        else
            merged.push_back(window);
    }
    windows = std::move(merged);
}

/// Of merged windows.
bool is_within(const std::vector<Window>& windows, Timestamp time)
{
    const auto later = std::ranges::upper_bound(windows, time, {}, &Window::begin);
    return later != windows.begin() && time <= std::prev(later)->end;
}

std::uint64_t count_within(const std::vector<Timestamp>& sorted, const std::vector<Window>& windows)
{
    std::uint64_t count = 0;
    for (const Window& window : windows) {
        const auto begin = std::ranges::lower_bound(sorted, window.begin);
        const auto end = std::ranges::upper_bound(sorted, window.end);
        count += static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(end - begin, 0));
    }
    return count;
}

/// Where a connection leads: what it asks another proxy for, else its server's port.
Port meant_port(const Flow& flow)
{
    for (const ProxyTarget& target : proxy_targets(flow))
        if (target.form == ProxyTarget::Form::tunnel)
            return target.port;
    return flow.server.port;
}

Contact* find(std::vector<Contact>& contacts, std::uint64_t id)
{
    return id == 0 || id > contacts.size() ? nullptr : &contacts[id - 1];
}

}  // namespace

void ProxyLegs::add_asked(const Flow& flow, Asked asked)
{
    const Place place{flow.contact, flow.server};
    const bool is_full = asking_.size() >= most_asking && !asking_.contains(place);
    if (flow.contact == 0 || is_full || asked_flows_ >= most_connections) {
        ++dropped_;
        return;
    }
    ++asked_flows_;
    Asking& asking = asking_[place];
    ++asking.flows;
    asking.process = asking.flows == 1 || asking.process == asked.process ? asked.process : 0;
    asking.is_sure |= asked.sureness == Asked::Sureness::is_proxy;
    if (asked.origin != 0)
        add_once(asking.origins, asked.origin);
    asking.windows.push_back({flow.first, flow.last});
    for (const ProxyTarget& asked_for : asked.targets) {
        Target& target = asking.targets[asked_for.host];
        target.port = target.windows.empty() || target.port == asked_for.port ? asked_for.port : Port{};
        target.windows.push_back({asked_for.at, flow.last});
        target.capacity += asked_for.form == ProxyTarget::Form::tunnel ? 1 : std::max<std::uint64_t>(asked.requests, 1);
    }
}

void ProxyLegs::add_connection(const Flow& flow, std::uint64_t origin)
{
    if (connections_.size() >= most_connections) {
        ++dropped_;
        return;
    }
    Connection connection;
    connection.contact = flow.contact;
    connection.origin = origin;
    connection.first = flow.first;
    for (const NameClue& clue : flow.facts.names)
        connection.names.push_back(clue.name);
    connection.address = flow.server.address.text();
    connection.port = meant_port(flow);
    connection.carried = flow.out.payload_bytes + flow.in.payload_bytes > 0;
    connections_.push_back(std::move(connection));
}

void ProxyLegs::settle_windows()
{
    for (auto& [place, asking] : asking_) {
        merge(asking.windows);
        for (auto& [host, target] : asking.targets)
            merge(target.windows);
    }
}

ProxyLegs::ByHost ProxyLegs::by_host()
{
    ByHost found;
    for (auto& [place, asking] : asking_)
        for (auto& [host, target] : asking.targets)
            found[host].emplace_back(&asking, &target);
    return found;
}

/// Notes the connection at what asked for it, where that is one contact's flows to one proxy.
void ProxyLegs::fit(std::size_t index, ByHost& asked)
{
    const Connection& connection = connections_[index];
    std::set<std::string> hosts{connection.address};
    for (const SharedText& name : connection.names)
        hosts.insert(target_host(name.text()));
    const Asking* only = nullptr;
    Target* target = nullptr;
    for (const std::string& host : hosts) {
        const auto found = asked.find(host);
        if (found == asked.end())
            continue;
        for (const auto& [asking, asked_for] : found->second) {
            const bool has_port = asked_for->port == Port{} || asked_for->port == connection.port;
            const bool is_asked = std::ranges::find(asking->origins, connection.origin) != asking->origins.end();
            if (!has_port || !is_asked || asking == only || !is_within(asked_for->windows, connection.first))
                continue;
            if (only != nullptr)
                return;  // several fit
            only = asking;
            target = asked_for;
        }
    }
    if (target != nullptr)
        target->fitting.push_back(index);
}

void ProxyLegs::write(const Place& place, Asking& asking, const Times& times, std::vector<Contact>& contacts) const
{
    Contact* const contact = find(contacts, place.first);
    if (contact == nullptr)
        return;
    Via via;
    via.proxy = place.second;
    via.process = asking.process;
    via.flows = asking.flows;
    for (const auto& [host, target] : asking.targets) {
        const auto carried = static_cast<std::uint64_t>(
            std::ranges::count_if(target.fitting, [this](std::size_t at) { return connections_[at].carried; }));
        if (carried > target.capacity)
            continue;
        via.connections += target.fitting.size();
        for (const std::size_t at : target.fitting)
            add_once(via.contacts, connections_[at].contact);
    }
    for (const std::uint64_t origin : asking.origins)
        if (const auto made = times.find(origin); made != times.end())
            via.others += count_within(made->second, asking.windows);
    via.others -= std::min(via.others, via.connections);
    if (!asking.is_sure && via.connections == 0)
        return;
    for (const std::uint64_t id : via.contacts)
        if (Contact* const outer = find(contacts, id); outer != nullptr && outer->carries.size() < kept_contacts)
            add_once(outer->carries, place.first);
    std::erase(via.contacts, 0);
    std::ranges::sort(via.contacts);
    via.contacts.resize(std::min(via.contacts.size(), kept_contacts));
    contact->via.push_back(std::move(via));
}

void ProxyLegs::join(std::vector<Contact>& contacts, GapCounters& gaps) &&
{
    gaps.add(GapKind::legs_bound, dropped_);
    settle_windows();
    ByHost asked = by_host();
    Times times;
    for (std::size_t at = 0; at < connections_.size(); ++at) {
        fit(at, asked);
        times[connections_[at].origin].push_back(connections_[at].first);
    }
    for (auto& [origin, made] : times)
        std::ranges::sort(made);
    for (auto& [place, asking] : asking_)
        write(place, asking, times, contacts);
    for (Contact& contact : contacts)
        std::ranges::sort(contact.carries);
}

}  // namespace waybill
