#include "capture/owner/socket_facts.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <span>

#include "base/cursor.h"
#include "base/file_descriptor.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

namespace waybill {
namespace {

// The socket calls take every family's address as this one type.
sockaddr* as_sockaddr(sockaddr_storage& address)
{
    return reinterpret_cast<sockaddr*>(&address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): see above
}

template <typename Value>
std::optional<Value> option_of(int socket, int option)
{
    Value value{};
    socklen_t length = sizeof value;
    if (::getsockopt(socket, SOL_SOCKET, option, &value, &length) != 0)
        return std::nullopt;
    return value;
}

/// What is bound to no address has none.
SocketAddress bound(Bytes address, in_port_t port)
{
    const IpAddress local = IpAddress::from_octets(address);
    return {is_unspecified(local) ? IpAddress{} : local, Port{ntohs(port)}};
}

SocketAddress local_of(int socket)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getsockname(socket, as_sockaddr(storage), &length) != 0)
        return {};
    if (storage.ss_family == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, &storage, sizeof address);
        return bound(std::as_bytes(std::span{&address.sin_addr, 1}), address.sin_port);
    }
    sockaddr_in6 address{};
    std::memcpy(&address, &storage, sizeof address);
    const Bytes whole = std::as_bytes(std::span{&address.sin6_addr, 1});
    constexpr std::size_t mapped_prefix = 12;  // RFC 4291, 2.5.5.2
    return bound(IN6_IS_ADDR_V4MAPPED(&address.sin6_addr) ? whole.subspan(mapped_prefix) : whole, address.sin6_port);
}

socklen_t put_address(const SocketAddress& named, sockaddr_storage& storage)
{
    const Bytes octets = named.address.octets();
    if (named.address.is_v4()) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(number(named.port));
        std::memcpy(&address.sin_addr, octets.data(), octets.size());
        std::memcpy(&storage, &address, sizeof address);
        return sizeof address;
    }
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(number(named.port));
    std::memcpy(&address.sin6_addr, octets.data(), octets.size());
    std::memcpy(&storage, &address, sizeof address);
    return sizeof address;
}

}  // namespace

std::optional<SocketFacts> read_socket_facts(int socket)
{
    const auto family = option_of<int>(socket, SO_DOMAIN);
    const auto protocol = option_of<int>(socket, SO_PROTOCOL);
    const auto cookie = option_of<std::uint64_t>(socket, SO_COOKIE);
    if ((family != AF_INET && family != AF_INET6) || !protocol || !cookie)
        return std::nullopt;
    SocketFacts facts;
    facts.cookie = *cookie;
    facts.protocol = static_cast<std::uint8_t>(*protocol == IPPROTO_MPTCP ? IPPROTO_TCP : *protocol);
    facts.has_ports = facts.protocol == IPPROTO_TCP || facts.protocol == IPPROTO_UDP ||
                      facts.protocol == IPPROTO_SCTP || facts.protocol == IPPROTO_DCCP ||
                      facts.protocol == IPPROTO_UDPLITE;
    facts.local = local_of(socket);
    if (!facts.has_ports)
        facts.local.port = Port{};
    return facts;
}

int socket_type(int socket)
{
    return option_of<int>(socket, SO_TYPE).value_or(0);
}

Port choose_local_port(int socket)
{
    sockaddr_storage any{};
    any.ss_family = static_cast<sa_family_t>(option_of<int>(socket, SO_DOMAIN).value_or(AF_INET));
    const socklen_t length = any.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (::bind(socket, as_sockaddr(any), length) != 0)
        return Port{};
    return local_of(socket).port;
}

IpAddress source_address_for(const SocketAddress& remote)
{
    const FileDescriptor socket{::socket(remote.address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_storage storage{};
    const socklen_t length = put_address({remote.address, Port{9}}, storage);  // any port: nothing is sent
    if (!socket || ::connect(socket.get(), as_sockaddr(storage), length) != 0)
        return {};
    return local_of(socket.get()).address;
}

}  // namespace waybill
