// What the kernel tells of sockets that are shared, raw, or past IP, and of packets.
#include <doctest/doctest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <optional>

#include "base/file_descriptor.h"
#include "tests/capture/watched_program.h"
#include "tests/support/socket_address.h"

using namespace waybill;
using test::loopback;
using test::make_socket;
using test::server_port;
using test::server_socket;
using test::Watched;

namespace {

/// A server that takes one connection and reads it to its end, and a client socket connected to it.
struct Connected {
    FileDescriptor listening = server_socket(SOCK_STREAM);
    FileDescriptor client = make_socket(AF_INET, SOCK_STREAM);
    FileDescriptor server;

    Connected()
    {
        sockaddr_in address = loopback(server_port);
        if (::connect(client.get(), test::as_sockaddr(address), sizeof address) != 0)
            ::_exit(96);
        server = FileDescriptor{::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    }
};

int in_child(const std::function<void()>& work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

}  // namespace

namespace {

/// A program that makes and connects a socket, which its child uses too, or alone.
int share_with_child(bool parent_uses)
{
    const Connected connected;
    if (parent_uses)
        ::send(connected.client.get(), "a", 1, 0);
    return in_child([&connected] { ::send(connected.client.get(), "b", 1, 0); });
}

/// The one use of another's socket that was told, and whether it was of the one child.
void check_use(const Watched& watched, bool was_used)
{
    const auto uses = watched.all<SocketUsed>();
    const auto forks = watched.all<ProcessForked>();
    REQUIRE(uses.size() == 1);
    REQUIRE(forks.size() == 1);
    CHECK(uses.front().first.subject == forks.front().second.child);
    CHECK(uses.front().second.was_used == was_used);
    CHECK(uses.front().second.roles.connector == forks.front().first.subject);
}

}  // namespace

TEST_CASE("the kernel tells who uses a socket that another process made and connected")
{
    for (const bool parent_uses : {false, true}) {
        CAPTURE(parent_uses);
        Watched watched;
        if (!watched.permitted())
            return;
        REQUIRE(watched.run([parent_uses] { return share_with_child(parent_uses); }) == 0);
        check_use(watched, parent_uses);
    }
}

TEST_CASE("the kernel tells who sends datagrams to an end that another process sent to before, on the same socket")
{
    Watched watched;
    if (!watched.permitted())
        return;
    REQUIRE(watched.run([] {
        const FileDescriptor shared = make_socket(AF_INET, SOCK_DGRAM);
        const auto send = [&shared] {
            sockaddr_in address = loopback(server_port);
            ::sendto(shared.get(), "x", 1, 0, test::as_sockaddr(address), sizeof address);
        };
        send();
        return in_child(send);
    }) == 0);
    const auto uses = watched.all<SocketUsed>();
    const auto forks = watched.all<ProcessForked>();
    REQUIRE(uses.size() == 1);
    REQUIRE(forks.size() == 1);
    CHECK(uses.front().first.subject == forks.front().second.child);
    CHECK(uses.front().second.was_used);
    CHECK(uses.front().second.roles.creator == forks.front().first.subject);
}

namespace {

/// An SCTP packet from a raw socket, from port 8080 to 8081.
void send_raw()
{
    const FileDescriptor raw = make_socket(AF_INET, SOCK_RAW, IPPROTO_SCTP);
    sockaddr_in address = loopback(0);
    const std::array<std::uint8_t, 12> common_header{0x1f, 0x90, 0x1f, 0x91};
    ::sendto(raw.get(), common_header.data(), common_header.size(), 0, test::as_sockaddr(address), sizeof address);
}

/// A UDP datagram from a packet socket, from port 0x1200 to 0x3400.
void send_frame()
{
    const FileDescriptor packet = make_socket(AF_PACKET, SOCK_DGRAM);
    sockaddr_ll link{};
    link.sll_family = AF_PACKET;
    link.sll_protocol = htons(ETH_P_IP);
    link.sll_ifindex = 1;  // lo, the first of a network namespace
    std::array<std::uint8_t, 28> datagram{0x45, 0, 0, 28, 0, 0, 0, 0, 64, IPPROTO_UDP};
    datagram[12] = datagram[16] = 192;
    datagram[20] = 0x12;
    datagram[22] = 0x34;
    ::sendto(packet.get(), datagram.data(), datagram.size(), 0, test::as_sockaddr(link), sizeof link);
}

std::optional<SocketFlow> first_flow(const Watched& watched, const std::function<bool(const SocketFlow&)>& is_wanted)
{
    for (const auto& [event, flow] : watched.all<SocketFlow>())
        if (is_wanted(flow))
            return flow;
    return std::nullopt;
}

}  // namespace

TEST_CASE("the kernel tells whose raw and packet sockets are, and what they send")
{
    Watched watched;
    if (!watched.permitted())
        return;
    REQUIRE(watched.run([] {
        send_raw();
        send_frame();
        return 0;
    }) == 0);
    const auto raw =
        first_flow(watched, [](const SocketFlow& flow) { return flow.protocol == IPPROTO_SCTP && !flow.is_inbound; });
    const auto frame = first_flow(watched, [](const SocketFlow& flow) { return flow.kind == SocketFlow::Kind::frame; });
    REQUIRE(raw);
    CHECK(raw->roles.creator.inner_pid != 0);
    CHECK(raw->local.port == Port{8080});
    CHECK(raw->remote.port == Port{8081});
    REQUIRE(frame);
    CHECK(frame->protocol == IPPROTO_UDP);
    CHECK(frame->roles.user == raw->roles.creator);
    CHECK(frame->local.port == Port{0x1200});
    CHECK(frame->remote.port == Port{0x3400});
}

TEST_CASE("the packets of a cgroup's sockets are given with their true lengths, each way, up to the snap length")
{
    Watched watched{256};
    if (!watched.permitted())
        return;
    constexpr std::size_t payload = 1000;
    REQUIRE(watched.run([] {
        const FileDescriptor server = server_socket(SOCK_DGRAM);
        const FileDescriptor client = make_socket(AF_INET, SOCK_DGRAM);
        sockaddr_in address = loopback(server_port);
        const std::array<char, payload> octets{};
        ::sendto(client.get(), octets.data(), octets.size(), 0, test::as_sockaddr(address), sizeof address);
        return 0;
    }) == 0);
    REQUIRE(watched.packets().size() == 2);  // the sender's and the receiver's: both are of the cgroup
    for (const auto& packet : watched.packets()) {
        CHECK(packet.wire_length == payload + 28);
        CHECK(packet.octets.size() == 256);
        CHECK(packet.octets.front() == std::byte{0x45});
    }
    CHECK(watched.packets()[0].is_inbound != watched.packets()[1].is_inbound);
}
