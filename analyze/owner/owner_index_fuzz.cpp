#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <tuple>
#include <vector>

#include "analyze/owner/owner_index.h"
#include "base/cursor.h"

namespace {

using namespace waybill;

void promise(bool kept)
{
    if (!kept)
        std::abort();
}

/// Few of each, so that they meet: addresses of which one is unspecified, ports, protocols.
SocketAddress address_from(unsigned octet)
{
    static const std::array addresses{IpAddress{}, *IpAddress::parse("127.0.0.1"), *IpAddress::parse("192.0.2.1"),
                                      *IpAddress::parse("2001:db8::1")};
    return {addresses.at(octet % 4), Port{static_cast<std::uint16_t>(octet / 4 % 3)}};
}

std::uint8_t protocol_from(unsigned octet)
{
    return std::array<std::uint8_t, 3>{1, 6, 17}.at(octet % 3);
}

/// From the same moment to beyond all that is tolerated.
Timestamp time_from(unsigned octet)
{
    return Timestamp{std::chrono::seconds{1} + octet * std::chrono::microseconds{100}};
}

SocketRecord socket_from(Cursor& in)
{
    SocketRecord record;
    const unsigned kind = in.u8();
    record.protocol = protocol_from(kind);
    record.is_inbound = (kind & 0x10U) != 0;
    record.is_pre_existing = (kind & 0x20U) != 0;
    record.network_namespace = kind >> 6U;
    record.at = time_from(in.u8());
    record.local = address_from(in.u8());
    record.remote = address_from(in.u8());
    const unsigned roles = in.u8();
    record.creator = roles & 3U;
    record.connector = roles >> 2U & 3U;
    record.user = roles >> 4U & 3U;
    record.socket = roles >> 6U;
    return record;
}

bool is_here(const Owners& owners, const SocketRecord& socket)
{
    return owners.network_namespace == 0 || socket.network_namespace == 0 ||
           socket.network_namespace == owners.network_namespace;
}

/// The same as OwnerIndex does, by looking at each socket: the last one there by then, and not one of nobody known that
/// came at once behind a known one; or the first one, told a little late.
const SocketRecord* in_force(const Owners& owners, const OwnedFlow& flow)
{
    const SocketRecord* last = nullptr;
    const SocketRecord* known = nullptr;
    const SocketRecord* next = nullptr;
    for (const SocketRecord& socket : owners.sockets) {
        const bool listens = socket.is_inbound && socket.remote == SocketAddress{};
        if (listens || !is_here(owners, socket) || socket.protocol != flow.protocol || socket.local != flow.client ||
            socket.remote != flow.server)
            continue;
        const bool is_known = socket.creator + socket.connector + socket.user != 0;
        const bool is_there = socket.at <= flow.first + OwnerIndex::tolerance;
        if (is_there && (last == nullptr || socket.at >= last->at))
            last = &socket;
        if (is_there && is_known && (known == nullptr || socket.at >= known->at))
            known = &socket;
        if (!is_there && socket.at <= flow.first + OwnerIndex::late && (next == nullptr || socket.at < next->at))
            next = &socket;
    }
    if (last == nullptr)
        return next;
    return known != nullptr && last->at - known->at <= OwnerIndex::late ? known : last;
}

/// A recording that knows of this socket alone tells the same of the flow.
void check(const Owners& owners, const OwnerIndex& index, const OwnedFlow& flow)
{
    const FlowOwner found = index.find(flow);
    const OwnedFlow reversed{flow.protocol, flow.tunnel_depth, flow.server, flow.client, flow.first};
    const SocketRecord* socket = in_force(owners, flow);
    if (socket == nullptr)
        socket = in_force(owners, reversed);
    if (flow.tunnel_depth > 0) {
        promise(found.owner.process == 0);
    } else if (socket != nullptr) {
        const Owners alone{owners.processes, {*socket}, owners.uses, {}, owners.network_namespace};
        promise(OwnerIndex{alone}.find(flow) == found);
    } else if (found.owner.process != 0) {  // by who listens there
        promise(std::ranges::any_of(owners.sockets, [&](const SocketRecord& listener) {
            return listener.is_inbound && listener.remote == SocketAddress{} && is_here(owners, listener) &&
                   listener.protocol == flow.protocol && listener.local.port == flow.server.port &&
                   (listener.local.address == flow.server.address || listener.local.address == IpAddress{}) &&
                   listener.at <= flow.first + OwnerIndex::late;
        }));
    }
    promise((found.owner.process == 0) == (found.owner.quality == MatchQuality::none));
    promise(found.owner.process <= owners.processes.size());
    promise(found.owner.process == 0 || std::ranges::count(found.users, found.owner.process) == 1 ||
            found.owner.process == found.connector || found.owner.process == found.creator);
}

/// Whether a flow's ends have several sockets, or one that was connected anew.
bool can_change(const Owners& owners, const OwnedFlow& flow)
{
    const auto has_ends = [&](const SocketRecord& socket) {
        return socket.protocol == flow.protocol && ((socket.local == flow.client && socket.remote == flow.server) ||
                                                    (socket.local == flow.server && socket.remote == flow.client));
    };
    return std::ranges::any_of(owners.sockets, [&](const SocketRecord& one) {
        return has_ends(one) && std::ranges::any_of(owners.sockets, [&](const SocketRecord& other) {
                   return has_ends(other) &&
                          (one.socket == 0 || one.socket != other.socket || one.connector != other.connector);
               });
    });
}

}  // namespace

/// Whose a flow is follows from one socket with its ends, the one that looking at each of them finds; neither the order
/// of lines that have nothing to do with each other nor a line that is told twice changes anything.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t most = 24;
    Cursor in{std::as_bytes(std::span{data, size})};
    Owners owners;
    owners.processes.resize(3);
    owners.network_namespace = in.u8() % 3U;
    std::vector<OwnedFlow> flows;
    while (in.remaining() >= 5 && owners.sockets.size() + owners.uses.size() + flows.size() < most) {
        const unsigned kind = in.u8();
        if (kind % 3 == 0)
            owners.sockets.push_back(socket_from(in));
        else if (kind % 3 == 1)
            owners.uses.push_back({time_from(in.u8()), in.u8() % 4U, in.u8() % 4U, (kind & 0x10U) != 0});
        else
            flows.push_back({protocol_from(in.u8()), static_cast<std::uint8_t>(kind > 0xf8U ? 1 : 0),
                             address_from(in.u8()), address_from(in.u8()), time_from(in.u8())});
    }
    Owners others = owners;
    std::ranges::stable_sort(others.sockets, {}, [](const SocketRecord& socket) {
        return std::tuple{socket.remote, socket.local, socket.protocol};
    });
    std::ranges::stable_sort(others.uses, std::greater{}, &SocketUse::socket);
    others.uses.insert(others.uses.end(), owners.uses.begin(), owners.uses.end());
    for (std::size_t at = 0; at < others.sockets.size(); at += 2)
        others.sockets.insert(others.sockets.begin() + static_cast<std::ptrdiff_t>(at), others.sockets[at]);
    const OwnerIndex index{owners};
    const OwnerIndex other{others};
    for (const OwnedFlow& flow : flows) {
        check(owners, index, flow);
        promise(index.find(flow) == other.find(flow) && index.find_server(flow) == other.find_server(flow));
        for (const OwnedFlow& next : flows) {
            const bool changes = index.changes_between(flow.protocol, flow.client, flow.server, flow.first, next.first);
            promise(changes == other.changes_between(flow.protocol, flow.server, flow.client, flow.first, next.first));
            promise(!changes || (index.reuses_ends() && flow.first != next.first && can_change(owners, flow)));
        }
    }
    return 0;
}
