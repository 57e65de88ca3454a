// Sends something in one of many ways, and says on its standard output who sent it: a line for each flow, with the IP
// protocol, the local port, the remote port, the pid that is to be named, and the octets that the sender knows of.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/attribution/checked.h"
#include "tests/attribution/place.h"
#include "tests/attribution/processes.h"
#include "tests/attribution/receiving.h"
#include "tests/attribution/ring.h"
#include "tests/attribution/sending.h"

namespace {

void tcp_one(const Place& place)
{
    tcp(place, 1000);
}

void tcp_many_small(const Place& place)
{
    for (int number = 0; number < 50; ++number)
        tcp(place, 10);
}

void tcp_slow(const Place& place)
{
    const int socket = connected(place, SOCK_STREAM);
    for (int number = 0; number < 5; ++number) {
        send_all(socket, 100);
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    end(socket, place, 500);
}

void tcp_burst(const Place& place)
{
    tcp(place, 12'000);
}

void udp_connected(const Place& place)
{
    const int socket = connected(place, SOCK_DGRAM);
    send_all(socket, 300);
    say(IPPROTO_UDP, local_port(socket), place.port, datagrams(place, 1, 300));
}

void udp_many_small(const Place& place)
{
    const int socket = make_socket(place, SOCK_DGRAM);
    Address remote = address_of(place);
    for (int number = 0; number < 200; ++number)
        checked(::sendto(socket, payload.data(), 20, 0, remote.get(), remote.length), "sendto");
    Octets octets = datagrams(place, 200, 20);
    octets.in = octets.ip_in = -1;  // some servers answer whatever comes
    say(IPPROTO_UDP, local_port(socket), place.port, octets);
}

void udp_sendmmsg(const Place& place)
{
    const int socket = make_socket(place, SOCK_DGRAM);
    Place other = place;
    other.port = static_cast<std::uint16_t>(place.port + 1);
    std::array addresses{address_of(place), address_of(other)};
    std::string octets = payload.substr(0, 100);
    iovec part{octets.data(), octets.size()};
    std::array<mmsghdr, 4> messages{};
    for (std::size_t number = 0; number < messages.size(); ++number) {
        messages[number].msg_hdr.msg_name = addresses[number % 2].get();
        messages[number].msg_hdr.msg_namelen = addresses[number % 2].length;
        messages[number].msg_hdr.msg_iov = &part;
        messages[number].msg_hdr.msg_iovlen = 1;
    }
    checked(::sendmmsg(socket, messages.data(), messages.size(), 0), "sendmmsg");
    say(IPPROTO_UDP, local_port(socket), place.port, datagrams(place, 2, 100));
    say(IPPROTO_UDP, local_port(socket), other.port, datagrams(place, 2, 100));
}

void tcp_sendfile(const Place& place)
{
    const int socket = connected(place, SOCK_STREAM);
    const int file = ::memfd_create("payload", 0);
    checked(::write(file, payload.data(), 8000), "write");
    off_t begin = 0;
    checked(::sendfile(socket, file, &begin, 8000), "sendfile");
    end(socket, place, 8000);
}

void tcp_splice(const Place& place)
{
    const int socket = connected(place, SOCK_STREAM);
    std::array<int, 2> ends{};
    checked(::pipe(ends.data()), "pipe");
    checked(::write(ends[1], payload.data(), 8000), "write");
    checked(::splice(ends[0], nullptr, socket, nullptr, 8000, 0), "splice");
    end(socket, place, 8000);
}

void tcp_io_uring(const Place& place)
{
    Ring ring;
    const int socket = make_socket(place, SOCK_STREAM);
    Address remote = address_of(place);
    io_uring_sqe connect{};
    connect.opcode = IORING_OP_CONNECT;
    connect.fd = socket;
    connect.addr = reinterpret_cast<std::uint64_t>(remote.get());
    connect.off = remote.length;
    errno = -ring.run(connect);
    if (errno > 0)
        stop("connect by io_uring");
    io_uring_sqe send{};
    send.opcode = IORING_OP_SEND;
    send.fd = socket;
    send.addr = reinterpret_cast<std::uint64_t>(payload.data());
    send.len = 2000;
    if (ring.run(send) != 2000)
        stop("send by io_uring");
    end(socket, place, 2000);
}

void threads(const Place& place)
{
    std::vector<std::thread> running;
    for (int number = 0; number < 4; ++number)
        running.emplace_back([&place] { tcp(place, 400); });
    for (std::thread& thread : running)
        thread.join();
}

/// Thirty processes at once, with a connection each.
void many_at_once(const Place& place)
{
    for (int number = 0; number < 30; ++number) {
        if (::fork() == 0) {
            tcp(place, 12'000);
            ::_exit(0);
        }
    }
    while (::wait(nullptr) > 0)
        continue;
}

void short_lives(const Place& place)
{
    for (int number = 0; number < 100; ++number) {
        const pid_t child = ::fork();
        if (child == 0) {
            udp_unconnected(place);
            ::_exit(0);
        }
        ::waitpid(child, nullptr, 0);
    }
}

/// The parent connects, the child alone sends. Who is named depends on what can be seen: both are said.
void inherited(const Place& place)
{
    const int socket = connected(place, SOCK_STREAM);
    const pid_t child = ::fork();
    if (child == 0) {
        send_all(socket, 700);
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    end(socket, place, 700, std::to_string(child) + "|" + std::to_string(::getpid()));
}

/// The parent makes a socket and hands it over a UNIX socket to the child, which connects it and sends.
void passed(const Place& place)
{
    std::array<int, 2> ends{};
    checked(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()), "socketpair");
    const pid_t child = ::fork();
    char octet = 0;
    iovec part{&octet, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    if (child == 0) {
        checked(::recvmsg(ends[1], &message, 0), "recvmsg");
        int socket = -1;
        std::memcpy(&socket, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof socket);
        Address remote = address_of(place);
        checked(::connect(socket, remote.get(), remote.length), "connect");
        send_all(socket, 600);
        say(IPPROTO_UDP, local_port(socket), place.port, datagrams(place, 1, 600));
        ::_exit(0);
    }
    const int socket = make_socket(place, SOCK_DGRAM);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof socket);
    std::memcpy(CMSG_DATA(header), &socket, sizeof socket);
    checked(::sendmsg(ends[0], &message, 0), "sendmsg");
    ::close(socket);
    ::waitpid(child, nullptr, 0);
}

/// One process, two programs: the second is this one again, by another name.
void executes(const Place& place)
{
    udp_unconnected(place);
    const std::string port = std::to_string(place.port);
    ::execl("/proc/self/exe", "traffic-again", "udp-connected", place.address.c_str(), port.c_str(), nullptr);
    stop("execl");
}

void send_raw(const Place& place, int protocol, std::span<const std::uint8_t> octets)
{
    const int socket = make_socket(place, SOCK_RAW, protocol);
    Place without_port = place;
    without_port.port = 0;
    Address address = address_of(without_port);
    checked(::sendto(socket, octets.data(), octets.size(), 0, address.get(), address.length), "sendto");
}

long ip_octets(std::span<const std::uint8_t> of_packet)
{
    return 20 + static_cast<long>(of_packet.size());
}

void raw_sctp(const Place& place)
{
    const std::array<std::uint8_t, 12> common_header{0x1f, 0x90, 0x1f, 0x91};
    send_raw(place, IPPROTO_SCTP, common_header);
    say(IPPROTO_SCTP, 0x1f90, 0x1f91, {.ip_out = ip_octets(common_header)});
}

/// The address is this host's own, so the answer has the same ends, and both are one direction.
void raw_icmp(const Place& place)
{
    const std::array<std::uint8_t, 1008> echo{8, 0, 0xf7, 0xff};
    send_raw(place, IPPROTO_ICMP, echo);
    say(IPPROTO_ICMP, 0, 0, {.ip_out = 2 * ip_octets(echo)});
}

void raw_other(const Place& place)
{
    const std::array<std::uint8_t, 8> octets{1, 2, 3, 4};
    constexpr int experiment = 253;  // RFC 3692
    send_raw(place, experiment, octets);
    say(experiment, 0, 0, {.ip_out = ip_octets(octets)});
}

/// A frame with an IP packet in it, past the kernel's own IP, over the loopback interface.
void packet_socket(const Place& place)
{
    const int socket = static_cast<int>(checked(::socket(AF_PACKET, SOCK_DGRAM, 0), "socket"));
    sockaddr_ll link{};
    link.sll_family = AF_PACKET;
    link.sll_protocol = htons(ETHERTYPE_IP);
    link.sll_ifindex = static_cast<int>(checked(static_cast<int>(::if_nametoindex("lo")), "lo"));
    std::array<std::uint8_t, 28> datagram{0x45, 0, 0, 28, 0, 0, 0, 0, 64, IPPROTO_UDP};
    in_addr address{};
    ::inet_pton(AF_INET, place.address.c_str(), &address);
    std::memcpy(&datagram[12], &address, sizeof address);
    std::memcpy(&datagram[16], &address, sizeof address);
    const std::array<std::uint16_t, 3> header{htons(0x1200), htons(place.port), htons(8)};
    std::memcpy(&datagram[20], header.data(), sizeof header);
    checked(::sendto(socket, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&link), sizeof link),
            "sendto");
    say(IPPROTO_UDP, 0x1200, place.port, {.ip_out = static_cast<long>(datagram.size())});
}

/// The process is its own server: over the loopback interface.
void loopback(const Place& /*place*/)
{
    const Place here{"127.0.0.1", 0};
    const int server = make_socket(here, SOCK_STREAM);
    Address address = address_of(here);
    checked(::bind(server, address.get(), address.length), "bind");
    checked(::listen(server, 8), "listen");
    const Place bound{"127.0.0.1", local_port(server)};
    const pid_t child = ::fork();
    if (child == 0) {
        tcp(bound, 800);
        ::_exit(0);
    }
    const int client = static_cast<int>(checked(::accept(server, nullptr, nullptr), "accept"));
    std::array<char, 4096> room{};
    while (::recv(client, room.data(), room.size(), 0) > 0)
        continue;
    ::close(client);
    ::waitpid(child, nullptr, 0);
}

const std::map<std::string_view, void (*)(const Place&)> scenarios{
    {"tcp-one", tcp_one},
    {"tcp-many-small", tcp_many_small},
    {"tcp-many-at-once", many_at_once},
    {"tcp-slow", tcp_slow},
    {"tcp-burst", tcp_burst},
    {"udp-connected", udp_connected},
    {"udp-unconnected", udp_unconnected},
    {"udp-many-small", udp_many_small},
    {"udp-sendmmsg", udp_sendmmsg},
    {"tcp-sendfile", tcp_sendfile},
    {"tcp-splice", tcp_splice},
    {"tcp-io-uring", tcp_io_uring},
    {"threads", threads},
    {"short-lives", short_lives},
    {"inherited", inherited},
    {"passed", passed},
    {"executes", executes},
    {"raw-sctp", raw_sctp},
    {"raw-icmp", raw_icmp},
    {"raw-other", raw_other},
    {"loopback", loopback},
    {"packet-socket", packet_socket},
    {"tcp-download", tcp_download},
    {"tcp-splice-download", tcp_splice_download},
    {"tcp-io-uring-download", tcp_io_uring_download},
    {"tcp-both-ways", tcp_both_ways},
    {"udp-download", udp_download},
    {"udp-recvmmsg", udp_recvmmsg},
    {"udp-both-ways", udp_both_ways},
    {"nested-cgroup", nested_cgroup},
    {"nested-network", nested_network},
    {"number-again", number_again},
    {"udp-bound", udp_bound},
};

}  // namespace

int main(int count, char** arguments)
{
    const std::vector<std::string> words(arguments, arguments + count);
    if (words.size() != 4 || !scenarios.contains(words[1])) {
        std::fprintf(stderr, "usage: traffic SCENARIO ADDRESS PORT\n");
        return 64;
    }
    scenarios.at(words[1])({words[2], static_cast<std::uint16_t>(std::stoi(words[3]))});
}
