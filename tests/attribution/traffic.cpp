// Sends something in one of many ways, and says on its standard output who sent it: a line for each flow, with the IP
// protocol, the local port, the remote port, the pid that is to be named, and the octets of payload that were sent.
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
#include "tests/attribution/ring.h"

namespace {

int make_socket(const Place& place, int type, int protocol = 0)
{
    return static_cast<int>(
        checked(::socket(place.address.contains(':') ? AF_INET6 : AF_INET, type, protocol), "socket"));
}

std::uint16_t local_port(int socket)
{
    Address local;
    local.length = sizeof local.storage;
    checked(::getsockname(socket, local.get(), &local.length), "getsockname");
    sockaddr_in named{};  // the port stands at the same place in both families
    std::memcpy(&named, &local.storage, sizeof named);
    return ntohs(named.sin_port);
}

void say(int protocol, std::uint16_t local, std::uint16_t remote, pid_t pid, std::size_t octets)
{
    std::printf("%d %u %u %d %zu\n", protocol, unsigned{local}, unsigned{remote}, static_cast<int>(pid), octets);
    std::fflush(stdout);
}

int connected(const Place& place, int type)
{
    const int socket = make_socket(place, type);
    Address remote = address_of(place);
    checked(::connect(socket, remote.get(), remote.length), "connect");
    return socket;
}

const std::string payload(12'000, 'w');

void send_all(int socket, std::size_t octets)
{
    checked(::send(socket, payload.data(), octets, MSG_NOSIGNAL), "send");
}

/// Ends a connection once the other side has ended it, or says nothing for a while.
void end(int socket)
{
    ::shutdown(socket, SHUT_WR);
    timeval patience{2, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::array<char, 4096> rest{};
    while (::recv(socket, rest.data(), rest.size(), 0) > 0)
        continue;
    ::close(socket);
}

void tcp(const Place& place, std::size_t octets)
{
    const int socket = connected(place, SOCK_STREAM);
    send_all(socket, octets);
    say(IPPROTO_TCP, local_port(socket), place.port, ::getpid(), octets);
    end(socket);
}

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
    say(IPPROTO_TCP, local_port(socket), place.port, ::getpid(), 500);
    end(socket);
}

void tcp_burst(const Place& place)
{
    tcp(place, payload.size());
}

void udp_connected(const Place& place)
{
    const int socket = connected(place, SOCK_DGRAM);
    send_all(socket, 300);
    say(IPPROTO_UDP, local_port(socket), place.port, ::getpid(), 300);
}

void udp_unconnected(const Place& place)
{
    const int socket = make_socket(place, SOCK_DGRAM);
    Address remote = address_of(place);
    checked(::sendto(socket, payload.data(), 300, 0, remote.get(), remote.length), "sendto");
    say(IPPROTO_UDP, local_port(socket), place.port, ::getpid(), 300);
}

void udp_many_small(const Place& place)
{
    const int socket = make_socket(place, SOCK_DGRAM);
    Address remote = address_of(place);
    for (int number = 0; number < 200; ++number)
        checked(::sendto(socket, payload.data(), 20, 0, remote.get(), remote.length), "sendto");
    say(IPPROTO_UDP, local_port(socket), place.port, ::getpid(), 4000);
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
    say(IPPROTO_UDP, local_port(socket), place.port, ::getpid(), 200);
    say(IPPROTO_UDP, local_port(socket), other.port, ::getpid(), 200);
}

void tcp_sendfile(const Place& place)
{
    const int socket = connected(place, SOCK_STREAM);
    const int file = ::memfd_create("payload", 0);
    checked(::write(file, payload.data(), 8000), "write");
    off_t begin = 0;
    checked(::sendfile(socket, file, &begin, 8000), "sendfile");
    say(IPPROTO_TCP, local_port(socket), place.port, ::getpid(), 8000);
    end(socket);
}

void tcp_splice(const Place& place)
{
    const int socket = connected(place, SOCK_STREAM);
    std::array<int, 2> ends{};
    checked(::pipe(ends.data()), "pipe");
    checked(::write(ends[1], payload.data(), 8000), "write");
    checked(::splice(ends[0], nullptr, socket, nullptr, 8000, 0), "splice");
    say(IPPROTO_TCP, local_port(socket), place.port, ::getpid(), 8000);
    end(socket);
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
    say(IPPROTO_TCP, local_port(socket), place.port, ::getpid(), 2000);
    end(socket);
}

void threads(const Place& place)
{
    std::vector<std::thread> running;
    for (int number = 0; number < 4; ++number)
        running.emplace_back([&place] { tcp(place, 400); });
    for (std::thread& thread : running)
        thread.join();
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
    std::printf("%d %u %u %d|%d %d\n", IPPROTO_TCP, unsigned{local_port(socket)}, unsigned{place.port}, child,
                ::getpid(), 700);
    std::fflush(stdout);
    end(socket);
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
        say(IPPROTO_UDP, local_port(socket), place.port, ::getpid(), 600);
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

void send_raw(const Place& place, int protocol, std::span<const std::uint8_t> octets, std::uint16_t local,
              std::uint16_t remote)
{
    const int socket = make_socket(place, SOCK_RAW, protocol);
    Place without_port = place;
    without_port.port = 0;
    Address address = address_of(without_port);
    checked(::sendto(socket, octets.data(), octets.size(), 0, address.get(), address.length), "sendto");
    say(protocol, local, remote, ::getpid(), 0);
}

void raw_sctp(const Place& place)
{
    const std::array<std::uint8_t, 12> common_header{0x1f, 0x90, 0x1f, 0x91};
    send_raw(place, IPPROTO_SCTP, common_header, 0x1f90, 0x1f91);
}

void raw_icmp(const Place& place)
{
    const std::array<std::uint8_t, 8> echo{8, 0, 0xf7, 0xff};
    send_raw(place, IPPROTO_ICMP, echo, 0, 0);
}

void raw_other(const Place& place)
{
    const std::array<std::uint8_t, 8> octets{1, 2, 3, 4};
    constexpr int experiment = 253;  // RFC 3692
    send_raw(place, experiment, octets, 0, 0);
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
    say(IPPROTO_UDP, 0x1200, place.port, ::getpid(), 0);
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
    end(client);
    ::waitpid(child, nullptr, 0);
}

const std::map<std::string_view, void (*)(const Place&)> scenarios{
    {"tcp-one", tcp_one},
    {"tcp-many-small", tcp_many_small},
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
