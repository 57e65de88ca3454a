#include "capture/owner/existing_sockets.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <system_error>

#include "base/file_descriptor.h"
#include "capture/owner/kernel_event.h"

namespace waybill {
namespace {

std::unexpected<std::string> refused(int problem)
{
    return std::unexpected(std::error_code{problem, std::system_category()}.message());
}

/// All octets that the program writes, which is asked descriptor by descriptor while they are read.
std::expected<std::vector<std::byte>, std::string> read_whole(int iterator)
{
    std::vector<std::byte> octets;
    std::array<std::byte, 65536> buffer{};
    ssize_t count = 0;
    while ((count = ::read(iterator, buffer.data(), buffer.size())) != 0) {  // ends with the last task
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (count < 0)
            return refused(errno);
        octets.insert(octets.end(), buffer.begin(), buffer.begin() + count);
    }
    return octets;
}

/// One event for each socket, in the order in which they were found.
std::vector<std::byte> by_socket(const std::vector<std::byte>& octets)
{
    std::vector<kernel_socket_event> sockets;
    std::map<std::uint64_t, std::size_t> places;
    for (std::size_t at = 0; at + sizeof(kernel_socket_event) <= octets.size(); at += sizeof(kernel_socket_event)) {
        kernel_socket_event event{};
        std::memcpy(&event, &octets[at], sizeof event);
        const auto [place, is_new] = places.emplace(event.cookie, sockets.size());
        if (is_new)
            sockets.push_back(event);
        else if (sockets[place->second].user.start != event.user.start)
            sockets[place->second].user = {};
    }
    std::vector<std::byte> merged(sockets.size() * sizeof(kernel_socket_event));
    if (!merged.empty())
        std::memcpy(merged.data(), sockets.data(), merged.size());
    return merged;
}

}  // namespace

std::expected<std::vector<std::byte>, std::string> read_existing_sockets(const bpf_program* program)
{
    struct Destroy {
        void operator()(bpf_link* link) const { bpf_link__destroy(link); }
    };
    const std::unique_ptr<bpf_link, Destroy> link{bpf_program__attach(program)};
    if (!link)
        return refused(errno);
    const FileDescriptor iterator{bpf_iter_create(bpf_link__fd(link.get()))};
    if (!iterator)
        return refused(errno);
    const auto octets = read_whole(iterator.get());
    if (!octets)
        return std::unexpected(octets.error());
    return by_socket(*octets);
}

}  // namespace waybill
