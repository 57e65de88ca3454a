#include "capture/owner/stopped_caller.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL  // Linux 6.9
#endif

namespace waybill {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t longest_text = std::size_t{128} << 10U;  // MAX_ARG_STRLEN (linux/binfmts.h)

template <typename Structure>
std::optional<Structure> structure_in(Bytes octets)
{
    Structure structure{};
    if (octets.size() < sizeof structure)
        return std::nullopt;
    std::memcpy(&structure, octets.data(), sizeof structure);
    return structure;
}

SocketAddress called(IpAddress address, in_port_t port)
{
    if (is_unspecified(address))
        address = *IpAddress::parse(address.is_v4() ? "127.0.0.1" : "::1");
    return {address, Port{ntohs(port)}};
}

}  // namespace

std::optional<SocketAddress> read_socket_address(Bytes octets)
{
    const auto family = structure_in<sa_family_t>(octets);
    if (family == AF_INET) {
        const auto address = structure_in<sockaddr_in>(octets);
        if (!address)
            return std::nullopt;
        return called(IpAddress::from_octets(std::as_bytes(std::span{&address->sin_addr, 1})), address->sin_port);
    }
    if (family != AF_INET6)
        return std::nullopt;
    constexpr std::size_t without_scope = offsetof(sockaddr_in6, sin6_scope_id);  // RFC 2133 had none
    sockaddr_in6 address{};
    if (octets.size() < without_scope)
        return std::nullopt;
    std::memcpy(&address, octets.data(), without_scope);
    const auto whole = std::as_bytes(std::span{&address.sin6_addr, 1});
    constexpr std::size_t mapped_prefix = 12;  // RFC 4291, 2.5.5.2
    const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&address.sin6_addr);
    return called(IpAddress::from_octets(is_mapped ? whole.subspan(mapped_prefix) : whole), address.sin6_port);
}

bool StoppedCaller::read(std::uint64_t at, std::span<std::byte> into) const
{
    const iovec local{into.data(), into.size()};
    // NOLINTNEXTLINE(performance-no-int-to-ptr,cppcoreguidelines-pro-type-reinterpret-cast): another process's place
    const iovec remote{reinterpret_cast<void*>(at), into.size()};
    return ::process_vm_readv(thread_, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(into.size());
}

template <typename Structure>
std::optional<Structure> StoppedCaller::structure(std::uint64_t at) const
{
    Structure structure{};
    if (!read(at, std::as_writable_bytes(std::span{&structure, 1})))
        return std::nullopt;
    return structure;
}

std::optional<SocketAddress> StoppedCaller::address(std::uint64_t at, std::uint64_t octets) const
{
    std::array<std::byte, sizeof(sockaddr_in6)> storage{};
    const auto used = std::span{storage}.first(std::min<std::uint64_t>(octets, storage.size()));
    if (at == 0 || !read(at, used))
        return std::nullopt;
    return read_socket_address(used);
}

std::vector<std::byte> StoppedCaller::address_octets(std::uint64_t at, std::uint64_t octets) const
{
    std::vector<std::byte> address(std::min<std::uint64_t>(octets, sizeof(sockaddr_storage)));
    if (at == 0 || !read(at, address))
        address.clear();
    return address;
}

StoppedCaller::Place StoppedCaller::message_name(std::uint64_t msghdr_at) const
{
    const auto message = structure<msghdr>(msghdr_at);
    if (!message)
        return {};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): another process's place
    return {reinterpret_cast<std::uint64_t>(message->msg_name), message->msg_namelen};
}

std::optional<SocketAddress> StoppedCaller::message_address(std::uint64_t msghdr_at) const
{
    const auto message = structure<msghdr>(msghdr_at);
    if (!message)
        return std::nullopt;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): another process's place
    return address(reinterpret_cast<std::uint64_t>(message->msg_name), message->msg_namelen);
}

std::vector<SocketAddress> StoppedCaller::message_addresses(std::uint64_t at, std::uint64_t count) const
{
    std::vector<SocketAddress> found;
    for (std::uint64_t each = 0; each < std::min<std::uint64_t>(count, most_messages); ++each)
        if (const auto named = message_address(at + each * sizeof(mmsghdr));
            named && std::ranges::find(found, *named) == found.end())
            found.push_back(*named);
    return found;
}

std::optional<std::string> StoppedCaller::text(std::uint64_t at) const
{
    std::string whole;
    std::array<std::byte, page> piece{};
    while (whole.size() < longest_text) {  // each round reads to the end of a page: the next may not be there
        const auto rest = std::span{piece}.first(page - at % page);
        if (!read(at, rest))
            return std::nullopt;
        const auto end = std::ranges::find(rest, std::byte{0});
        whole += as_text(rest.first(static_cast<std::size_t>(end - rest.begin())));
        if (end != rest.end())
            return whole;
        at += rest.size();
    }
    return std::nullopt;
}

std::vector<std::string> StoppedCaller::texts(std::uint64_t at) const
{
    std::vector<std::string> found;
    std::size_t octets = 0;
    while (octets < most_argument_octets) {  // each round takes a text
        const auto place = structure<std::uint64_t>(at);
        if (!place || *place == 0)
            break;
        auto each = text(*place);
        if (!each)
            break;
        octets += each->size() + sizeof *place;
        found.push_back(*std::move(each));
        at += sizeof *place;
    }
    return found;
}

FileDescriptor descriptor_of(pid_t thread, pid_t process, int descriptor)
{
    // A thread may have descriptors of its own; older kernels open processes alone.
    FileDescriptor owner{static_cast<int>(::syscall(SYS_pidfd_open, thread, PIDFD_THREAD))};
    if (!owner)
        owner = FileDescriptor{static_cast<int>(::syscall(SYS_pidfd_open, process, 0))};
    if (!owner)
        return {};
    return FileDescriptor{static_cast<int>(::syscall(SYS_pidfd_getfd, owner.get(), descriptor, 0))};
}

}  // namespace waybill
