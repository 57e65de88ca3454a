#include "tests/attribution/sending.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/attribution/checked.h"

namespace {

constexpr int closed = 7;  // TCP_CLOSE of the kernel, which its headers for programs lack
constexpr long udp_header = 8;
constexpr long tcp_header = 20;
constexpr long timestamps = 12;   // RFC 7323, with padding
constexpr long syn_options = 20;  // what Linux asks for: segment size, SACK, timestamps, window scale

long ip_header(const Place& place)
{
    return place.address.contains(':') ? 40 : 20;
}

tcp_info info_of(int socket)
{
    tcp_info info{};
    socklen_t length = sizeof info;
    checked(::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length), "TCP_INFO");
    return info;
}

/// The kernel's counts once all is sent and acknowledged, or the connection is broken.
tcp_info counted(int socket)
{
    for (int tries = 0; tries < 2000 && info_of(socket).tcpi_state != closed; ++tries) {
        int left = 0;
        checked(::ioctl(socket, SIOCOUTQ, &left), "SIOCOUTQ");
        if (left == 0)
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return info_of(socket);
}

/// What the kernel counted for a connection. The options of the answer to its SYN are taken for those of Linux where
/// timestamps were agreed on, else for none: the sender does not learn them.
Octets of_connection(int socket, const Place& place, std::size_t sent)
{
    const tcp_info info = counted(socket);
    if (info.tcpi_bytes_sent - info.tcpi_bytes_retrans > sent)  // fewer: the other side ended it before
        stop("the kernel counted more octets than were sent");
    const bool has_timestamps = (info.tcpi_options & TCPI_OPT_TIMESTAMPS) != 0;
    const long header = ip_header(place) + tcp_header + (has_timestamps ? timestamps : 0);
    const long more_out = syn_options - (has_timestamps ? timestamps : 0);
    const long more_in = has_timestamps ? syn_options - timestamps : 0;
    const auto out = static_cast<long>(info.tcpi_bytes_sent);
    const auto in = static_cast<long>(info.tcpi_bytes_received);
    return {out, -1, out + info.tcpi_segs_out * header + more_out, in + info.tcpi_segs_in * header + more_in,
            static_cast<long>(info.tcpi_bytes_retrans)};
}

}  // namespace

void say(int protocol, std::uint16_t local, std::uint16_t remote, const std::string& who, const Octets& octets)
{
    std::printf("%d %u %u %s %ld %ld %ld %ld %ld\n", protocol, unsigned{local}, unsigned{remote}, who.c_str(),
                octets.out, octets.in, octets.ip_out, octets.ip_in, octets.again);
    std::fflush(stdout);
}

void say(int protocol, std::uint16_t local, std::uint16_t remote, const Octets& octets)
{
    say(protocol, local, remote, std::to_string(::getpid()), octets);
}

int make_socket(const Place& place, int type, int protocol)
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

int connected(const Place& place, int type)
{
    const int socket = make_socket(place, type);
    Address remote = address_of(place);
    checked(::connect(socket, remote.get(), remote.length), "connect");
    return socket;
}

void send_all(int socket, std::size_t octets)
{
    for (std::size_t sent = 0; sent < octets;)  // each send takes at least one
        sent += static_cast<std::size_t>(checked(::send(socket, payload.data(), octets - sent, MSG_NOSIGNAL), "send"));
}

Octets datagrams(const Place& place, std::size_t out, std::size_t out_each, std::size_t in, std::size_t in_each)
{
    const auto total = [&place](std::size_t count, std::size_t each) {
        return static_cast<long>(count) * (static_cast<long>(each) + ip_header(place) + udp_header);
    };
    return {static_cast<long>(out * out_each), static_cast<long>(in * in_each), total(out, out_each),
            total(in, in_each), 0};
}

void end(int socket, const Place& place, std::size_t sent, const std::string& who)
{
    ::shutdown(socket, SHUT_WR);
    timeval patience{2, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::array<char, 4096> rest{};
    while (::recv(socket, rest.data(), rest.size(), 0) > 0)
        continue;
    say(IPPROTO_TCP, local_port(socket), place.port, who, of_connection(socket, place, sent));
    ::close(socket);
}

void end(int socket, const Place& place, std::size_t sent)
{
    end(socket, place, sent, std::to_string(::getpid()));
}

void tcp(const Place& place, std::size_t octets)
{
    const int socket = connected(place, SOCK_STREAM);
    send_all(socket, octets);
    end(socket, place, octets);
}

void udp_unconnected(const Place& place)
{
    const int socket = make_socket(place, SOCK_DGRAM);
    Address remote = address_of(place);
    checked(::sendto(socket, payload.data(), 300, 0, remote.get(), remote.length), "sendto");
    say(IPPROTO_UDP, local_port(socket), place.port, datagrams(place, 1, 300));
}
