#include "capture/network/sockets.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>

namespace waybill::contained {
namespace {

constexpr int longest_refusal = 20;        // milliseconds, over the loopback interface
constexpr int waiting_connections = 4096;  // the kernel's default somaxconn

std::error_code error_now()
{
    return {errno, std::system_category()};
}

// The socket calls take every family's address as this one type.
sockaddr* as_sockaddr(sockaddr_storage& address)
{
    return reinterpret_cast<sockaddr*>(&address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): see above
}

enum class Reach : std::uint8_t { any, loopback };

socklen_t local_address(Reach reach, IpVersion version, Port port, sockaddr_storage& storage)
{
    if (version == IpVersion::v4) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(number(port));
        address.sin_addr.s_addr = htonl(reach == Reach::any ? INADDR_ANY : INADDR_LOOPBACK);
        std::memcpy(&storage, &address, sizeof address);
        return sizeof address;
    }
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(number(port));
    address.sin6_addr = reach == Reach::any ? in6addr_any : in6addr_loopback;
    std::memcpy(&storage, &address, sizeof address);
    return sizeof address;
}

FileDescriptor make_socket(IpVersion version, int type)
{
    return FileDescriptor{
        ::socket(version == IpVersion::v4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
}

bool switch_on(int socket, int level, int option)
{
    const int on = 1;
    return ::setsockopt(socket, level, option, &on, sizeof on) == 0;
}

std::expected<FileDescriptor, std::error_code> bound(Reach reach, IpVersion version, int type, Port port)
{
    FileDescriptor socket = make_socket(version, type);
    sockaddr_storage address{};
    const socklen_t length = local_address(reach, version, port, address);
    if (!socket || (version == IpVersion::v6 && !switch_on(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY)) ||
        (reach == Reach::loopback && !switch_on(socket.get(), SOL_SOCKET, SO_REUSEADDR)) ||
        ::bind(socket.get(), as_sockaddr(address), length) != 0)
        return std::unexpected(error_now());
    return socket;
}

constexpr std::size_t control_octets = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo));

struct Control {
    alignas(cmsghdr) std::array<unsigned char, control_octets> octets{};
};

template <typename T>
T control_value(const cmsghdr* header)
{
    T value{};
    std::memcpy(&value, CMSG_DATA(header), sizeof value);
    return value;
}

template <typename T>
void put_control(msghdr& message, int level, int type, const T& value)
{
    message.msg_controllen = CMSG_SPACE(sizeof value);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
}

}  // namespace

std::expected<FileDescriptor, std::error_code> listen_tcp(IpVersion version, Port port)
{
    auto socket = bound(Reach::any, version, SOCK_STREAM, port);
    if (socket && ::listen(socket->get(), waiting_connections) != 0)
        return std::unexpected(error_now());
    return socket;
}

std::expected<FileDescriptor, std::error_code> listen_on_loopback(IpVersion version, Port port)
{
    auto socket = bound(Reach::loopback, version, SOCK_STREAM, port);
    if (socket && ::listen(socket->get(), waiting_connections) != 0)
        return std::unexpected(error_now());
    return socket;
}

std::expected<FileDescriptor, std::error_code> connect_on_loopback(IpVersion version, Port port)
{
    FileDescriptor socket = make_socket(version, SOCK_STREAM);
    sockaddr_storage address{};
    const socklen_t length = local_address(Reach::loopback, version, port, address);
    if (!socket || (::connect(socket.get(), as_sockaddr(address), length) != 0 && errno != EINPROGRESS))
        return std::unexpected(error_now());
    pollfd waited{socket.get(), POLLOUT, 0};
    ::poll(&waited, 1, longest_refusal);
    int problem = 0;
    socklen_t octets = sizeof problem;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &problem, &octets) != 0 || problem != 0)
        return std::unexpected(std::error_code{problem, std::system_category()});
    return socket;
}

std::expected<FileDescriptor, std::error_code> bind_udp(IpVersion version, Port port)
{
    auto socket = bound(Reach::any, version, SOCK_DGRAM, port);
    if (!socket)
        return socket;
    const bool told = version == IpVersion::v4 ? switch_on(socket->get(), IPPROTO_IP, IP_PKTINFO)
                                               : switch_on(socket->get(), IPPROTO_IPV6, IPV6_RECVPKTINFO) &&
                                                     switch_on(socket->get(), IPPROTO_IPV6, IPV6_FREEBIND);
    if (!told)
        return std::unexpected(error_now());
    return socket;
}

Port local_port(int socket)
{
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(socket, as_sockaddr(address), &length) != 0)
        return {};
    // sin_port and sin6_port stand at the same place.
    sockaddr_in named{};
    std::memcpy(&named, &address, sizeof named);
    return Port{ntohs(named.sin_port)};
}

ssize_t receive_datagram(int socket, std::span<std::byte> buffer, DatagramPath& path)
{
    Control control;
    iovec part{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &path.peer;
    message.msg_namelen = sizeof path.peer;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.octets.data();
    message.msg_controllen = control.octets.size();
    const ssize_t length = ::recvmsg(socket, &message, MSG_DONTWAIT);
    if (length < 0)
        return length;
    path.peer_length = message.msg_namelen;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            path.asked_v4 = control_value<in_pktinfo>(header);
            path.is_v6 = false;
        }
        if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
            path.asked_v6 = control_value<in6_pktinfo>(header);
            path.is_v6 = true;
        }
    }
    return length;
}

void answer_datagram(int socket, std::span<const std::byte> answer, DatagramPath& path)
{
    Control control;
    std::array<std::byte, 65535> copy{};  // iovec wants octets that may be written to
    const std::size_t length = std::min(answer.size(), copy.size());
    std::ranges::copy(answer.first(length), copy.begin());
    iovec part{copy.data(), length};
    msghdr message{};
    message.msg_name = &path.peer;
    message.msg_namelen = path.peer_length;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.octets.data();
    message.msg_controllen = control.octets.size();
    if (path.is_v6)
        put_control(message, IPPROTO_IPV6, IPV6_PKTINFO, path.asked_v6);
    else
        put_control(message, IPPROTO_IP, IP_PKTINFO, in_pktinfo{0, path.asked_v4.ipi_addr, {}});
    ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace waybill::contained
