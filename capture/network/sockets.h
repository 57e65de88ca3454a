#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <expected>
#include <system_error>

#include "base/file_descriptor.h"
#include "model/endpoint.h"

namespace waybill::contained {

enum class IpVersion : std::uint8_t { v4, v6 };

/// A non-blocking TCP listener at every address of one IP version in the current network namespace; port 0 takes any.
std::expected<FileDescriptor, std::error_code> listen_tcp(IpVersion version, Port port);

/// One at the loopback address alone (RFC 1122, 3.2.1.3 and RFC 4291, 2.5.3). Connections that have ended there are not
/// in its way, a listener is.
std::expected<FileDescriptor, std::error_code> listen_on_loopback(IpVersion version, Port port);

/// A non-blocking connection to a listener there; one that does not answer within 20 ms is on its way still.
std::expected<FileDescriptor, std::error_code> connect_on_loopback(IpVersion version, Port port);

/// A non-blocking UDP socket at every address of one IP version; what it receives says to which address it was sent.
std::expected<FileDescriptor, std::error_code> bind_udp(IpVersion version, Port port);

/// The port that a socket is bound to; 0 when it is not.
Port local_port(int socket);

/// A datagram's two ends, as an answer needs them.
struct DatagramPath {
    sockaddr_storage peer{};
    socklen_t peer_length = 0;
    in_pktinfo asked_v4{};
    in6_pktinfo asked_v6{};
    bool is_v6 = false;
};

/// Receives one datagram into `buffer` and notes its ends. Gives its length, cut to the buffer; negative when none
/// waits.
ssize_t receive_datagram(int socket, std::span<std::byte> buffer, DatagramPath& path);

/// Answers from the address that was asked. An answer that cannot be sent is lost, as datagrams may be.
void answer_datagram(int socket, std::span<const std::byte> answer, DatagramPath& path);

}  // namespace waybill::contained
