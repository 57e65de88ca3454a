#include "analyze/owner/owner_index.h"

#include <algorithm>

#include "wire/ip.h"

namespace waybill {
namespace {

void add_once(std::vector<std::uint64_t>& ids, std::uint64_t id)
{
    if (id != 0 && std::ranges::find(ids, id) == ids.end())
        ids.push_back(id);
}

bool is_known(const SocketRecord& socket)
{
    return socket.creator != 0 || socket.connector != 0 || socket.user != 0;
}

std::size_t mix(std::size_t hash, std::uint64_t word)
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    hash = (hash ^ word) * odd;
    return hash ^ (hash >> 32U);
}

std::size_t mix(std::size_t hash, const SocketAddress& address)
{
    for (const std::uint64_t word : address.address.words())
        hash = mix(hash, word);
    return mix(hash, number(address.port));
}

}  // namespace

std::size_t OwnerIndex::Hash::operator()(const Ends& ends) const
{
    return mix(mix(mix(0, ends.protocol), ends.local), ends.remote);
}

OwnerIndex::OwnerIndex(const Owners& owners)
{
    for (const SocketRecord& socket : owners.sockets) {
        const bool is_elsewhere = owners.network_namespace != 0 && socket.network_namespace != 0 &&
                                  socket.network_namespace != owners.network_namespace;
        if (is_elsewhere)
            continue;  // the same addresses can be used in each
        const bool listens = socket.is_inbound && socket.remote == SocketAddress{};
        (listens ? listeners_ : sockets_)[{socket.protocol, socket.local, socket.remote}].push_back(socket);
    }
    for (auto* const each : {&sockets_, &listeners_})
        for (auto& [ends, found] : *each)
            std::ranges::stable_sort(found, {}, &SocketRecord::at);
    reuses_ = std::ranges::any_of(sockets_, [](const auto& entry) { return entry.second.size() > 1; });
    for (const SocketUse& use : owners.uses)
        uses_[use.socket].push_back(use);
}

/// The socket whose packets a flow's are: the last one that had these ends when it began. Sockets of the kernel's own,
/// which answer a process's at once between the same ends (ICMP of a host with itself), do not take its place.
const SocketRecord* OwnerIndex::in_force(const Ends& ends, Timestamp first) const
{
    const auto found = sockets_.find(ends);
    if (found == sockets_.end())
        return nullptr;
    const auto later = std::ranges::upper_bound(found->second, first + tolerance, {}, &SocketRecord::at);
    if (later == found->second.begin())
        return later->at <= first + late ? &*later : nullptr;
    const SocketRecord& last = *std::prev(later);
    for (auto before = std::reverse_iterator{later}; before != found->second.rend(); ++before) {
        if (last.at - before->at > late)
            break;
        if (is_known(*before))
            return &*before;
    }
    return &last;
}

/// The socket that accepted a flow's connection, where accepted ones are not told: the last that listened there.
/// Nothing when it is one of several network namespaces.
const SocketRecord* OwnerIndex::listening(const Ends& ends, Timestamp first) const
{
    for (const SocketAddress& local : {ends.local, SocketAddress{IpAddress{}, ends.local.port}}) {
        const auto found = listeners_.find({ends.protocol, local, {}});
        if (found == listeners_.end())
            continue;
        const auto later = std::ranges::upper_bound(found->second, first + late, {}, &SocketRecord::at);
        if (later == found->second.begin())
            continue;
        const SocketRecord& last = *std::prev(later);
        const bool is_alone = std::ranges::all_of(found->second, [&](const SocketRecord& other) {
            return other.network_namespace == last.network_namespace;
        });
        return is_alone ? &last : nullptr;
    }
    return nullptr;
}

FlowOwner OwnerIndex::owner_of(const SocketRecord& socket) const
{
    FlowOwner found;
    found.creator = socket.creator;
    found.connector = socket.connector;
    const std::uint64_t maker = socket.connector != 0 ? socket.connector : socket.creator;
    add_once(found.users, socket.user);
    if (const auto uses = uses_.find(socket.socket); socket.socket != 0 && uses != uses_.end())
        for (const SocketUse& use : uses->second) {
            if (use.was_used)
                add_once(found.users, maker);
            add_once(found.users, use.process);
        }
    if (found.users.empty())
        add_once(found.users, maker);
    Owner& owner = found.owner;
    if (found.users.size() > 1 && maker != 0) {
        owner = {maker, MatchQuality::exact, "several processes use this socket; named is the one that connected it"};
    } else if (!found.users.empty()) {
        owner = {found.users.front(), MatchQuality::exact, {}};
        if (maker != 0 && owner.process != maker)
            owner.reason = "another process made this socket; named is the one that uses it";
    } else {
        owner = {0, MatchQuality::none, "of this socket no process was told that uses it"};
    }
    if (socket.is_pre_existing && owner.process != 0)
        owner.quality = MatchQuality::pre_existing;
    return found;
}

FlowOwner OwnerIndex::find(const OwnedFlow& flow) const
{
    FlowOwner unknown;
    if (flow.tunnel_depth > 0) {
        unknown.owner.reason = "inside a tunnel: the socket is the tunnel's";
        return unknown;
    }
    if (const SocketRecord* const socket = in_force({flow.protocol, flow.client, flow.server}, flow.first))
        return owner_of(*socket);
    if (const SocketRecord* const socket = in_force({flow.protocol, flow.server, flow.client}, flow.first)) {
        FlowOwner found = owner_of(*socket);
        if (found.owner.reason.empty())
            found.owner.reason = "the process on the server's side";
        return found;
    }
    if (const SocketRecord* const socket = listening({flow.protocol, flow.server, flow.client}, flow.first)) {
        FlowOwner found = owner_of(*socket);
        found.owner.reason = "the process that listens on the server's side";
        return found;
    }
    unknown.owner.reason = "no socket with these ends was told of";
    return unknown;
}

std::optional<FlowOwner> OwnerIndex::find_server(const OwnedFlow& flow) const
{
    const Ends ends{flow.protocol, flow.server, flow.client};
    if (flow.tunnel_depth > 0)
        return std::nullopt;
    if (const SocketRecord* const socket = in_force(ends, flow.first))
        return owner_of(*socket);
    // One that listens at its port anywhere is not where a process of the recording calls another machine.
    if (!is_loopback(flow.server.address) && in_force({flow.protocol, flow.client, flow.server}, flow.first) != nullptr)
        return std::nullopt;
    if (const SocketRecord* const socket = listening(ends, flow.first))
        return owner_of(*socket);
    return std::nullopt;
}

void OwnerIndex::for_each_server(const std::function<void(const SocketAddress&, const FlowOwner&)>& take) const
{
    for (const auto* const each : {&sockets_, &listeners_})
        for (const auto& [ends, found] : *each)
            for (const SocketRecord& socket : found)
                if (socket.is_inbound)
                    take(ends.local, owner_of(socket));
}

bool OwnerIndex::changes_between(std::uint8_t protocol, const SocketAddress& one, const SocketAddress& other,
                                 Timestamp earlier, Timestamp later) const
{
    for (const Ends& ends : {Ends{protocol, one, other}, Ends{protocol, other, one}}) {
        const SocketRecord* const before = in_force(ends, earlier);
        const SocketRecord* const now = in_force(ends, later);
        if (before == nullptr || now == nullptr)
            continue;
        // A connection's last packets can be the kernel's own, when its process has gone; a new one begins with a SYN.
        if (protocol == static_cast<std::uint8_t>(IpProtocol::tcp) && !is_known(*now))
            continue;
        // The kernel can tell of a socket once more, with who uses it by then: only who connects it anew takes it over.
        if (now->socket != 0 && now->socket == before->socket && now->connector == before->connector)
            continue;
        // Accepting a connection makes a socket of its own with the same ends: no other process's flow.
        if (now != before &&
            (now->creator != before->creator || now->connector != before->connector || now->user != before->user))
            return true;
    }
    return false;
}

}  // namespace waybill
