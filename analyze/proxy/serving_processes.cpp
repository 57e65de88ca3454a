#include "analyze/proxy/serving_processes.h"

namespace waybill {
namespace {

void add(std::unordered_set<std::uint64_t>& ids, const FlowOwner& owner)
{
    for (const std::uint64_t id : {owner.owner.process, owner.creator, owner.connector})
        if (id != 0)
            ids.insert(id);
    ids.insert(owner.users.begin(), owner.users.end());
}

/// Whether it began as a copy of its parent's and is still that: a program that it executes has other arguments.
bool is_copy(const Process& process, const Process& parent)
{
    return process.previous == 0 && process.executable.path == parent.executable.path &&
           process.arguments == parent.arguments;
}

}  // namespace

ServingProcesses::ServingProcesses(const std::unordered_set<std::uint64_t>& serving,
                                   const std::vector<Process>& processes)
{
    if (serving.empty())
        return;
    for (const std::uint64_t id : serving)
        origins_.emplace(id, id);
    for (const Process& process : processes) {  // parents come before their children
        if (process.parent == 0 || process.parent > processes.size() || origins_.contains(process.id))
            continue;
        const auto parent = origins_.find(process.parent);
        if (parent != origins_.end() && is_copy(process, processes[process.parent - 1]))
            origins_.emplace(process.id, parent->second);
    }
}

ServingProcesses ServingProcesses::on_loopback(const OwnerIndex& owners, const std::vector<Process>& processes)
{
    std::unordered_set<std::uint64_t> serving;
    owners.for_each_server([&](const SocketAddress& place, const FlowOwner& owner) {
        if (is_loopback(place.address) || place.address == IpAddress{})
            add(serving, owner);
    });
    return {serving, processes};
}

ServingProcesses ServingProcesses::at(const SocketAddress& place, const OwnerIndex& owners,
                                      const std::vector<Process>& processes)
{
    std::unordered_set<std::uint64_t> serving;
    owners.for_each_server([&](const SocketAddress& own, const FlowOwner& owner) {
        const bool is_there = is_loopback(place.address) ? is_loopback(own.address) || own.address == IpAddress{}
                                                         : own.address == place.address;
        if (is_there && (place.port == Port{} || own.port == place.port))
            add(serving, owner);
    });
    return {serving, processes};
}

ServingProcesses ServingProcesses::at_port(Port port, const OwnerIndex& owners, const std::vector<Process>& processes)
{
    std::unordered_set<std::uint64_t> serving;
    owners.for_each_server([&](const SocketAddress& own, const FlowOwner& owner) {
        if (own.port == port)
            add(serving, owner);
    });
    return {serving, processes};
}

std::uint64_t ServingProcesses::origin_of(std::uint64_t process) const
{
    const auto found = origins_.find(process);
    return found == origins_.end() ? 0 : found->second;
}

}  // namespace waybill
