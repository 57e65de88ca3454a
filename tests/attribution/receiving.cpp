#include "tests/attribution/receiving.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <thread>
#include <vector>

#include "tests/attribution/checked.h"
#include "tests/attribution/ring.h"
#include "tests/attribution/sending.h"

namespace {

constexpr std::size_t bulk = 1'000'000;
constexpr std::size_t datagram = 1000;
constexpr std::size_t datagrams_down = 50;  // what a socket has room for, however slow its process is

std::size_t ask(int socket, std::size_t octets)
{
    const std::string request = "give " + std::to_string(octets) + "\n";
    checked(::send(socket, request.data(), request.size(), MSG_NOSIGNAL), "send");
    timeval patience{2, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return request.size();
}

/// Asks for octets over a connection, and takes them by `take`, which gives how many it took.
bool download(const Place& place, const std::function<long(int)>& take)
{
    const int socket = connected(place, SOCK_STREAM);
    const std::size_t asked = ask(socket, bulk);
    std::size_t taken = 0;
    while (taken < bulk) {
        const long octets = take(socket);
        if (octets <= 0)
            break;
        taken += static_cast<std::size_t>(octets);
    }
    end(socket, place, asked);
    if (taken != 0 && taken != bulk)
        stop("the download broke off");
    return taken == bulk;
}

bool ordinary_download(const Place& place)
{
    std::vector<char> room(65536);
    return download(place, [&room](int socket) { return ::recv(socket, room.data(), room.size(), 0); });
}

/// Asks for datagrams, and takes them by `take`, which gives how many it took.
bool download_datagrams(const Place& place, const std::function<long(int)>& take)
{
    const int socket = connected(place, SOCK_DGRAM);
    const std::size_t asked = ask(socket, datagrams_down * datagram);
    std::size_t taken = 0;
    while (taken < datagrams_down) {
        const long count = take(socket);
        if (count <= 0)
            break;
        taken += static_cast<std::size_t>(count);
    }
    say(IPPROTO_UDP, local_port(socket), place.port, datagrams(place, 1, asked, taken, datagram));
    return taken != 0;
}

bool ordinary_download_of_datagrams(const Place& place)
{
    std::array<char, 2048> room{};
    return download_datagrams(place,
                              [&room](int socket) { return ::recv(socket, room.data(), room.size(), 0) > 0 ? 1 : 0; });
}

void need(bool answered)
{
    if (!answered)
        std::exit(unanswered);
}

}  // namespace

void tcp_download(const Place& place)
{
    need(ordinary_download(place));
}

void tcp_splice_download(const Place& place)
{
    std::array<int, 2> ends{};
    checked(::pipe(ends.data()), "pipe");
    const int nowhere = static_cast<int>(checked(::open("/dev/null", O_WRONLY), "open"));
    need(download(place, [&](int socket) {
        const long octets = ::splice(socket, nullptr, ends[1], nullptr, 65536, 0);
        for (long moved = 0; moved < octets;)  // each splice moves at least one
            moved += checked(::splice(ends[0], nullptr, nowhere, nullptr, static_cast<std::size_t>(octets - moved), 0),
                             "splice");
        return octets;
    }));
}

void tcp_io_uring_download(const Place& place)
{
    Ring ring;
    std::vector<char> room(65536);
    need(download(place, [&](int socket) {
        io_uring_sqe receive{};
        receive.opcode = IORING_OP_RECV;
        receive.fd = socket;
        receive.addr = reinterpret_cast<std::uint64_t>(room.data());
        receive.len = static_cast<std::uint32_t>(room.size());
        return static_cast<long>(ring.run(receive));
    }));
}

void udp_download(const Place& place)
{
    need(ordinary_download_of_datagrams(place));
}

void udp_recvmmsg(const Place& place)
{
    std::array<std::array<char, 2048>, 16> rooms{};
    std::array<iovec, rooms.size()> parts{};
    std::array<mmsghdr, rooms.size()> messages{};
    for (std::size_t number = 0; number < rooms.size(); ++number) {
        parts[number] = {rooms[number].data(), rooms[number].size()};
        messages[number].msg_hdr.msg_iov = &parts[number];
        messages[number].msg_hdr.msg_iovlen = 1;
    }
    need(download_datagrams(place, [&](int socket) -> long {
        return ::recvmmsg(socket, messages.data(), messages.size(), MSG_WAITFORONE, nullptr);
    }));
}

void tcp_both_ways(const Place& place)
{
    std::thread up{[&place] { tcp(place, bulk); }};
    const bool answered = ordinary_download(place);
    up.join();
    need(answered);
}

void udp_both_ways(const Place& place)
{
    std::thread up{[&place] {
        const int socket = connected(place, SOCK_DGRAM);
        for (int number = 0; number < 200; ++number)
            send_all(socket, datagram);
        say(IPPROTO_UDP, local_port(socket), place.port, datagrams(place, 200, datagram));
    }};
    const bool answered = ordinary_download_of_datagrams(place);
    up.join();
    need(answered);
}
