#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cursor.h"
#include "base/file_descriptor.h"
#include "model/endpoint.h"

namespace waybill {

/// An address as the socket calls take it (ip(7), ipv6(7)). One of IPv4 that stands in IPv6 is IPv4's; the unspecified
/// one is the loopback address, for to call it is to call that. Nothing for another family, and for too few octets.
std::optional<SocketAddress> read_socket_address(Bytes octets);

/// A thread that stands in a call, and its memory, which others of its process can change at any moment: what is read
/// is what it said, and need not be what the kernel will take.
class StoppedCaller {
public:
    /// Arguments that are read of a command line: octets, with their zeros.
    static constexpr std::size_t most_argument_octets = std::size_t{2} << 20U;
    /// Messages of one sendmmsg(2) (UIO_MAXIOV).
    static constexpr std::size_t most_messages = 1024;

    explicit StoppedCaller(pid_t thread) : thread_{thread} {}

    std::optional<SocketAddress> address(std::uint64_t at, std::uint64_t octets) const;

    /// An address in whatever family, as it stands there; nothing where it can't be read.
    std::vector<std::byte> address_octets(std::uint64_t at, std::uint64_t octets) const;

    /// Where the address of a msghdr stands, and how long it is; of one that names none, 0.
    struct Place {
        std::uint64_t at = 0;
        std::uint64_t octets = 0;
    };
    Place message_name(std::uint64_t msghdr_at) const;

    /// The address that a msghdr names; nothing where it names none.
    std::optional<SocketAddress> message_address(std::uint64_t msghdr_at) const;

    /// Those of a vector of mmsghdr, each once.
    std::vector<SocketAddress> message_addresses(std::uint64_t at, std::uint64_t count) const;

    /// A text that ends with a zero; nothing where it can't be read, or goes on for ever.
    std::optional<std::string> text(std::uint64_t at) const;

    /// The texts of a vector of pointers that ends with a null pointer, as far as they can be read.
    std::vector<std::string> texts(std::uint64_t at) const;

private:
    bool read(std::uint64_t at, std::span<std::byte> into) const;
    template <typename Structure>
    std::optional<Structure> structure(std::uint64_t at) const;

    pid_t thread_;
};

/// A copy of a thread's descriptor (pidfd_getfd(2)); nothing when it has none of that number, or the kernel refuses.
FileDescriptor descriptor_of(pid_t thread, pid_t process, int descriptor);

}  // namespace waybill
