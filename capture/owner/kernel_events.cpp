#include "capture/owner/kernel_events.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <span>
#include <string_view>

#include "capture/owner/command_line.h"
#include "capture/owner/kernel_event.h"
#include "capture/owner/local_sockets.h"

namespace waybill {
namespace {

std::chrono::nanoseconds now_of(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

/// The record's structure, which stands at its beginning.
template <typename Structure>
std::expected<Structure, std::string> structure_of(Bytes record)
{
    Structure structure{};
    if (record.size() < sizeof structure)
        return std::unexpected(
            fmt::format("the kernel's record has {} octets where {} belong", record.size(), sizeof structure));
    std::memcpy(&structure, record.data(), sizeof structure);
    return structure;
}

ProcessKey key_of(const kernel_process& process)
{
    return {std::chrono::nanoseconds{static_cast<std::int64_t>(process.start)}, process.pid, process.inner_pid};
}

SocketRoles roles_of(const kernel_socket_event& event)
{
    return {key_of(event.creator), key_of(event.connector), key_of(event.user)};
}

IpAddress address_of(std::uint16_t family, std::span<const __u8, 16> octets)
{
    const Bytes bytes = std::as_bytes(octets);
    return IpAddress::from_octets(family == AF_INET ? bytes.first(4) : bytes);
}

SocketFlow flow_of(const kernel_socket_event& event, SocketFlow::Kind kind)
{
    SocketFlow flow;
    flow.kind = kind;
    flow.socket = event.cookie;
    flow.roles = roles_of(event);
    flow.network_namespace = event.network_namespace;
    flow.protocol = event.protocol;
    if (event.family == AF_INET || event.family == AF_INET6) {
        flow.local = {address_of(event.family, event.local), Port{event.local_port}};
        flow.remote = {address_of(event.family, event.remote), Port{event.remote_port}};
    }
    flow.is_inbound = (event.flags & kernel_socket_inbound) != 0;
    flow.is_pre_existing = (event.flags & kernel_socket_pre_existing) != 0;
    return flow;
}

SocketUsed use_of(const kernel_socket_event& event)
{
    SocketUsed used;
    used.socket = event.cookie;
    used.roles = roles_of(event);
    used.was_used = (event.flags & kernel_socket_used) != 0;
    return used;
}

LocalSocketCalled call_of(const kernel_local_event& event)
{
    const auto name = std::as_bytes(std::span{event.name});
    LocalSocketCalled called;
    called.socket = event.cookie;
    called.kind = local_kind(static_cast<int>(event.type));
    called.path = printable_socket_name(name.first(std::min<std::size_t>(event.name_octets, name.size())));
    called.listener = key_of(event.listener);
    called.is_inside = event.is_inside != 0;
    called.outcome = event.is_answered != 0 ? LocalSocketOutcome::answered : LocalSocketOutcome::tried;
    return called;
}

ProgramExecuted program_of(const kernel_exec_event& event)
{
    ProgramExecuted program;
    program.parent = key_of(event.parent);
    program.path =
        std::string{std::span{event.path}.data(), std::min<std::size_t>(event.path_octets, kernel_path_octets)};
    program.arguments = split_arguments(
        {std::span{event.arguments}.data(), std::min<std::size_t>(event.argument_octets, kernel_argument_octets)});
    program.argument_octets = event.all_argument_octets;
    program.cgroup = event.cgroup;
    return program;
}

OwnerEvent begin_event(const kernel_event& event, const BootClock& clock)
{
    OwnerEvent begun;
    begun.at = clock.at(std::chrono::nanoseconds{static_cast<std::int64_t>(event.time)});
    begun.subject = key_of(event.subject);
    begun.uid = event.uid;
    return begun;
}

}  // namespace

BootClock BootClock::read()
{
    using namespace std::chrono_literals;
    constexpr int most_tries = 10;  // this process may lose the processor between the clocks
    std::chrono::nanoseconds narrowest = std::chrono::nanoseconds::max();
    Timestamp boot;
    for (int tries = 0; tries < most_tries && narrowest > 2us; ++tries) {
        const auto before = now_of(CLOCK_BOOTTIME);
        const auto utc = now_of(CLOCK_REALTIME);
        const auto width = now_of(CLOCK_BOOTTIME) - before;
        if (width < narrowest) {
            narrowest = width;
            boot = Timestamp{utc - before - width / 2};
        }
    }
    return BootClock{boot};
}

Timestamp BootClock::now() const
{
    return at(now_of(CLOCK_BOOTTIME));
}

std::expected<OwnerEvent, std::string> read_kernel_event(Bytes record, const BootClock& clock)
{
    const auto head = structure_of<kernel_event>(record);
    if (!head)
        return std::unexpected(head.error());
    OwnerEvent event = begin_event(*head, clock);
    switch (head->kind) {
        case kernel_event_exec: {
            const auto exec = structure_of<kernel_exec_event>(record);
            if (!exec)
                return std::unexpected(exec.error());
            event.what = program_of(*exec);
            return event;
        }
        case kernel_event_fork:
        case kernel_event_exit:
        case kernel_event_left: {
            const auto life = structure_of<kernel_life_event>(record);
            if (!life)
                return std::unexpected(life.error());
            if (head->kind == kernel_event_fork)
                event.what = ProcessForked{key_of(life->other)};
            else if (head->kind == kernel_event_left)
                event.what = ProcessLeft{};
            else
                event.what = ProcessEnded{life->status};
            return event;
        }
        case kernel_event_flow:
        case kernel_event_frame:
        case kernel_event_use: {
            const auto socket = structure_of<kernel_socket_event>(record);
            if (!socket)
                return std::unexpected(socket.error());
            if (head->kind == kernel_event_use)
                event.what = use_of(*socket);
            else
                event.what = flow_of(
                    *socket, head->kind == kernel_event_frame ? SocketFlow::Kind::frame : SocketFlow::Kind::packet);
            return event;
        }
        case kernel_event_local: {
            const auto local = structure_of<kernel_local_event>(record);
            if (!local)
                return std::unexpected(local.error());
            event.what = call_of(*local);
            return event;
        }
        default:
            return std::unexpected(fmt::format("the kernel's record is of an unknown kind, {}", head->kind));
    }
}

std::expected<KernelPacket, std::string> read_kernel_packet(Bytes record, const BootClock& clock)
{
    const auto head = structure_of<kernel_packet>(record);
    if (!head)
        return std::unexpected(head.error());
    const Bytes octets = record.subspan(sizeof(kernel_packet));
    if (head->captured_length > octets.size())
        return std::unexpected(fmt::format("the kernel's record has {} octets of a packet where {} belong",
                                           octets.size(), head->captured_length));
    KernelPacket packet;
    packet.packet.time = clock.at(std::chrono::nanoseconds{static_cast<std::int64_t>(head->time)});
    packet.packet.link_type = LinkType::raw;
    packet.packet.octets = octets.first(head->captured_length);
    packet.packet.wire_length = head->wire_length;
    packet.network_namespace = head->network_namespace;
    packet.interface_index = head->interface;
    packet.is_inbound = head->is_inbound != 0;
    return packet;
}

}  // namespace waybill
