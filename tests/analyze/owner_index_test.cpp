#include "analyze/owner/owner_index.h"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t udp = 17;
constexpr Timestamp start{1'000'000s};
const SocketAddress client{*IpAddress::parse("192.0.2.1"), Port{40000}};
const SocketAddress server{*IpAddress::parse("198.51.100.7"), Port{443}};

SocketRecord socket(std::uint64_t number, std::chrono::nanoseconds at, std::uint64_t process)
{
    SocketRecord record;
    record.at = start + at;
    record.socket = number;
    record.protocol = udp;
    record.local = client;
    record.remote = server;
    record.creator = record.connector = process;
    return record;
}

OwnedFlow flow(std::chrono::nanoseconds first)
{
    return {udp, 0, client, server, start + first};
}

}  // namespace

TEST_CASE("a flow is the process's that used its socket, who only made or connected it stands beside")
{
    struct Row {
        const char* what;
        std::uint64_t creator;
        std::uint64_t connector;
        std::uint64_t user;
        std::vector<SocketUse> uses;
        std::uint64_t owner;
        std::vector<std::uint64_t> users;
        bool says_more;
    };
    const SocketUse by_child{start + 2s, 5, 3, false};
    const SocketUse by_child_too{start + 2s, 5, 3, true};
    const std::vector<Row> rows{
        {"made, connected and used by one", 1, 1, 0, {}, 1, {1}, false},
        {"never connected, sent by one", 1, 0, 1, {}, 1, {1}, false},
        {"made by one, connected by another", 1, 2, 0, {}, 2, {2}, false},
        {"used by a child alone", 1, 1, 0, {by_child}, 3, {3}, true},
        {"used by it and a child", 1, 1, 0, {by_child_too}, 1, {1, 3}, true},
        {"a use of another socket", 1, 1, 0, {{start + 2s, 6, 3, false}}, 1, {1}, false},
        {"nobody known", 0, 0, 0, {}, 0, {}, true},
        {"nobody known but a user", 0, 0, 0, {by_child}, 3, {3}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Owners owners;
        SocketRecord record = socket(5, 1s, row.creator);
        record.connector = row.connector;
        record.user = row.user;
        owners.sockets = {record};
        owners.uses = row.uses;
        const FlowOwner found = OwnerIndex{owners}.find(flow(1s));
        CHECK(found.owner.process == row.owner);
        CHECK(found.users == row.users);
        CHECK(found.creator == row.creator);
        CHECK(found.connector == row.connector);
        CHECK(found.owner.quality == (row.owner == 0 ? MatchQuality::none : MatchQuality::exact));
        CHECK(found.owner.reason.empty() != row.says_more);
    }
}

TEST_CASE("ends that are used again belong to the socket of the time")
{
    Owners owners;
    owners.sockets = {socket(6, 20s, 2), socket(5, 10s, 1), socket(7, 30s, 3)};
    const OwnerIndex index{owners};
    CHECK(index.find(flow(10s)).owner.process == 1);
    CHECK(index.find(flow(20s)).owner.process == 2);
    CHECK(index.find(flow(30s)).owner.process == 3);
    CHECK(index.find(flow(20s - 100us)).owner.process == 2);  // within what two clocks may differ
    CHECK(index.find(flow(1s)).owner.process == 0);           // over before any socket had these ends
}

TEST_CASE(
    "another process's socket with the same ends begins another flow, but not one that a listening socket accepts")
{
    Owners owners;
    owners.sockets = {socket(5, 10s, 1), socket(6, 20s, 2)};
    const OwnerIndex index{owners};
    CHECK(index.reuses_ends());
    const auto changes = [&](const SocketAddress& one, const SocketAddress& other, std::chrono::seconds earlier,
                             std::chrono::seconds later) {
        return index.changes_between(udp, one, other, start + earlier, start + later);
    };
    CHECK(changes(client, server, 10s, 20s));
    CHECK(changes(server, client, 11s, 25s));
    CHECK_FALSE(changes(client, server, 10s, 19s));
    CHECK_FALSE(changes(client, server, 20s, 30s));
    CHECK_FALSE(changes(client, client, 10s, 20s));
    Owners accepted;
    accepted.sockets = {socket(5, 10s, 1), socket(6, 11s, 1)};
    CHECK_FALSE(OwnerIndex{accepted}.changes_between(udp, client, server, start + 10s, start + 12s));
}

TEST_CASE("a socket that is told once more, with another user, takes no flow from itself, and connected anew it does")
{
    SocketRecord again = socket(5, 20s, 1);
    again.user = 2;
    Owners owners;
    owners.sockets = {socket(5, 10s, 1), again};
    CHECK_FALSE(OwnerIndex{owners}.changes_between(udp, client, server, start + 10s, start + 20s));
    owners.sockets.back().connector = 2;
    CHECK(OwnerIndex{owners}.changes_between(udp, client, server, start + 10s, start + 20s));
    owners.sockets.back() = socket(6, 20s, 2);
    CHECK(OwnerIndex{owners}.changes_between(udp, client, server, start + 10s, start + 20s));
}

TEST_CASE("a packet that stands behind later ones, from before any socket of its ends, belongs to no other flow")
{
    Owners owners;
    owners.sockets = {socket(5, 10s, 1), socket(6, 20s, 2)};
    const OwnerIndex index{owners};
    CHECK_FALSE(index.changes_between(udp, client, server, start + 10s, start + 1s));
    CHECK_FALSE(index.changes_between(udp, client, server, start + 1s, start + 10s));
}

TEST_CASE("however many sockets of the kernel's own answer a process's at once, the flow stays the process's")
{
    Owners owners;
    owners.sockets = {socket(5, 10s, 1), socket(6, 10s + 1ms, 0), socket(7, 10s + 2ms, 0)};
    const OwnerIndex index{owners};
    CHECK(index.find(flow(10s + 3ms)).owner.process == 1);
    CHECK_FALSE(index.changes_between(udp, client, server, start + 10s, start + 10s + 3ms));
    owners.sockets.push_back(socket(8, 20s, 0));
    CHECK(OwnerIndex{owners}.find(flow(20s)).owner.process == 0);
}

TEST_CASE("the kernel's own last packets of a connection do not begin another flow, datagrams of nobody known do")
{
    constexpr std::uint8_t tcp = 6;
    for (const std::uint8_t protocol : {tcp, udp}) {
        Owners owners;
        owners.sockets = {socket(5, 10s, 1), socket(6, 20s, 0)};
        for (SocketRecord& record : owners.sockets)
            record.protocol = protocol;
        CHECK(OwnerIndex{owners}.changes_between(protocol, client, server, start + 10s, start + 20s) ==
              (protocol == udp));
    }
}

TEST_CASE("a connection that came in is the process's that accepted it, and says so")
{
    Owners owners;
    SocketRecord record = socket(5, 1s, 4);
    std::swap(record.local, record.remote);
    record.connector = 0;
    owners.sockets = {record};
    const FlowOwner found = OwnerIndex{owners}.find(flow(1s));
    CHECK(found.owner.process == 4);
    CHECK_FALSE(found.owner.reason.empty());
}

TEST_CASE("a socket that was there before, and one that nobody knows, are told as such")
{
    Owners owners;
    owners.sockets = {socket(5, 1s, 1)};
    owners.sockets.front().is_pre_existing = true;
    const OwnerIndex index{owners};
    CHECK(index.find(flow(1s)).owner.quality == MatchQuality::pre_existing);
    OwnedFlow other = flow(1s);
    other.client.port = Port{40001};  // a port alone proves nothing
    CHECK(index.find(other).owner.process == 0);
    CHECK_FALSE(index.find(other).owner.reason.empty());
    OwnedFlow inner = flow(1s);
    inner.tunnel_depth = 1;
    CHECK(index.find(inner).owner.process == 0);
    CHECK_FALSE(index.reuses_ends());
}

TEST_CASE(
    "a socket of the kernel's own that answers at once does not take the place of the process's, a later one does")
{
    Owners owners;
    owners.sockets = {socket(5, 1s, 1), socket(6, 1s + 1ms, 0)};
    CHECK(OwnerIndex{owners}.find(flow(1s)).owner.process == 1);
    owners.sockets = {socket(5, 1s, 1), socket(6, 2s, 0)};
    CHECK(OwnerIndex{owners}.find(flow(2s)).owner.process == 0);
}

TEST_CASE("where accepted connections are not told, the process that listens on the server's side is the owner")
{
    const auto listener = [](std::uint32_t network, std::optional<SocketAddress> local) {
        SocketRecord record = socket(7, 1s, 0);
        record.creator = 4;
        record.is_inbound = true;
        record.remote = {};
        record.local = local.value_or(SocketAddress{IpAddress{}, server.port});
        record.network_namespace = network;
        return record;
    };
    Owners owners;
    owners.sockets = {listener(1, {})};
    CHECK(OwnerIndex{owners}.find(flow(2s)).owner.process == 4);
    CHECK_FALSE(OwnerIndex{owners}.find(flow(2s)).owner.reason.empty());
    owners.sockets = {listener(1, server)};
    CHECK(OwnerIndex{owners}.find(flow(2s)).owner.process == 4);
    CHECK(OwnerIndex{owners}.find(flow(0s)).owner.process == 0);  // it did not listen yet
    owners.sockets = {listener(1, client)};
    CHECK(OwnerIndex{owners}.find(flow(2s)).owner.process == 0);
    owners.sockets = {listener(1, {}), listener(2, {})};  // of which network the flow is, nobody says
    CHECK(OwnerIndex{owners}.find(flow(2s)).owner.process == 0);
    owners.sockets = {listener(1, {}), socket(5, 1s, 1)};  // the client's side is known
    CHECK(OwnerIndex{owners}.find(flow(2s)).owner.process == 1);
}

TEST_CASE("two processes that use the same ends a moment after each other are told apart by the time")
{
    Owners owners;
    owners.sockets = {socket(5, 1s, 1), socket(6, 1s + 1ms, 2)};
    const OwnerIndex index{owners};
    CHECK(index.find(flow(1s + 10us)).owner.process == 1);
    CHECK(index.find(flow(1s + 900us)).owner.process == 2);  // as far as clocks are one
    CHECK(index.find(flow(1s + 1ms)).owner.process == 2);
    CHECK(index.changes_between(udp, client, server, start + 1s, start + 1s + 2ms));
    CHECK_FALSE(index.changes_between(udp, client, server, start + 1s, start + 1s + 500us));
    CHECK(index.find(flow(1s - 4ms)).owner.process == 1);  // who accepts is told late
    CHECK(index.find(flow(1s - 6ms)).owner.process == 0);
}

TEST_CASE("a socket of another network namespace than the packets' has nothing to do with them")
{
    struct Row {
        std::uint32_t packets;
        std::uint32_t socket;
        std::uint64_t owner;
    };
    for (const Row& row : {Row{7, 7, 1}, Row{7, 8, 0}, Row{7, 0, 1}, Row{0, 8, 1}}) {
        CAPTURE(row.packets);
        CAPTURE(row.socket);
        Owners owners;
        owners.network_namespace = row.packets;
        owners.sockets = {socket(5, 1s, 1)};
        owners.sockets.front().network_namespace = row.socket;
        CHECK(OwnerIndex{owners}.find(flow(1s)).owner.process == row.owner);
    }
}

TEST_CASE("who is at the server's end is told by its own socket, or by one that listens there")
{
    const SocketAddress local_server{*IpAddress::parse("127.0.0.1"), Port{443}};
    const auto found = [](const Owners& owners, const SocketAddress& at) {
        const auto owner = OwnerIndex{owners}.find_server({udp, 0, client, at, start + 2s});
        return owner ? std::optional{owner->owner.process} : std::nullopt;
    };
    Owners owners;
    owners.sockets = {socket(5, 1s, 1)};  // the client's
    CHECK_FALSE(found(owners, server));
    SocketRecord listening;
    listening.at = start;
    listening.socket = 6;
    listening.protocol = udp;
    listening.local = {IpAddress{}, Port{443}};
    listening.creator = 2;
    listening.is_inbound = true;
    owners.sockets.push_back(listening);
    CHECK_FALSE(found(owners, server));  // another machine's port of that number
    CHECK(found(owners, local_server) == 2);
    owners.sockets.erase(owners.sockets.begin());
    CHECK(found(owners, server) == 2);  // it came in
    SocketRecord accepted = socket(7, 2s, 3);
    std::swap(accepted.local, accepted.remote);
    accepted.is_inbound = true;
    owners.sockets.push_back(accepted);
    CHECK(found(owners, server) == 3);
}
