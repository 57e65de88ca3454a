// Sends frames of one size at a steady rate out of an interface, for a while: waybill_send IF RATE SECONDS OCTETS.
// Frames are UDP over IPv4 between addresses for documentation, each of a thousand flows in turn. Tells how many were
// sent. Needs CAP_NET_RAW, and a network that leads nowhere.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"

namespace {

using Clock = std::chrono::steady_clock;
using Frame = std::vector<std::uint8_t>;

constexpr std::size_t batch = 64;
constexpr std::size_t flows = 1000;
constexpr std::size_t source_port_at = 34;  // behind Ethernet's 14 octets and IPv4's 20

void put16(Frame& frame, std::size_t at, std::size_t value)
{
    frame.at(at) = static_cast<std::uint8_t>(value >> 8U);
    frame.at(at + 1) = static_cast<std::uint8_t>(value);
}

/// Ethernet, IPv4 with a right checksum (RFC 791), UDP without one (RFC 768).
Frame frame_of(std::size_t octets)
{
    constexpr std::array<std::uint8_t, 42> head{
        0x02, 0, 0, 0, 0, 2, 0x02, 0, 0,  0,  0, 1, 0x08, 0,  // Ethernet
        0x45, 0, 0, 0, 0, 0, 0,    0, 64, 17, 0, 0, 192,  0, 2, 1, 198, 51, 100, 1, 0, 0, 0x1f, 0x90};
    Frame frame(octets);
    std::copy(head.begin(), head.end(), frame.begin());
    put16(frame, 16, octets - 14);
    put16(frame, 38, octets - 34);
    std::uint32_t sum = 0;
    for (std::size_t at = 14; at < 34; at += 2)
        sum += static_cast<std::uint32_t>(frame.at(at) << 8U) + frame.at(at + 1);
    sum = (sum & 0xffffU) + (sum >> 16U);
    put16(frame, 24, ~sum & 0xffffU);
    return frame;
}

std::uint64_t number(std::string_view text)
{
    std::uint64_t value = 0;
    std::from_chars(text.data(), std::to_address(text.end()), value);
    return value;
}

std::uint64_t send_steadily(int socket, std::size_t octets, std::uint64_t rate, std::chrono::seconds length)
{
    std::vector<Frame> frames(batch, frame_of(octets));
    std::array<iovec, batch> pieces{};
    std::array<mmsghdr, batch> messages{};
    for (std::size_t i = 0; i < batch; ++i) {
        pieces.at(i) = {frames[i].data(), frames[i].size()};
        messages.at(i).msg_hdr.msg_iov = &pieces.at(i);
        messages.at(i).msg_hdr.msg_iovlen = 1;
    }
    std::uint64_t sent = 0;
    const auto begin = Clock::now();
    for (auto now = begin; now - begin < length; now = Clock::now()) {
        const auto due =
            static_cast<std::uint64_t>(std::chrono::duration<double>(now - begin).count() * static_cast<double>(rate));
        if (sent >= due)
            continue;
        for (std::size_t i = 0; i < batch; ++i)
            put16(frames[i], source_port_at, 10'000 + (sent + i) % flows);
        const int count = ::sendmmsg(socket, messages.data(), batch, 0);
        if (count > 0)
            sent += static_cast<std::uint64_t>(count);
        else if (errno != ENOBUFS && errno != EINTR)
            break;
    }
    return sent;
}

}  // namespace

int main(int count, char** words)
{
    const std::span arguments{words, static_cast<std::size_t>(count)};
    if (arguments.size() != 5) {
        fmt::print(stderr, "waybill_send IF RATE SECONDS OCTETS\n");
        return 64;
    }
    const waybill::FileDescriptor socket{::socket(AF_PACKET, SOCK_RAW, 0)};
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IP);
    address.sll_ifindex = static_cast<int>(::if_nametoindex(arguments[1]));
    const int bypass = 1;
    ::setsockopt(socket.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof bypass);
    if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        std::perror(arguments[1]);
        return 77;
    }
    const auto octets = static_cast<std::size_t>(number(arguments[4]));
    fmt::print("{}\n",
               send_steadily(socket.get(), octets, number(arguments[2]), std::chrono::seconds{number(arguments[3])}));
    return 0;
}
