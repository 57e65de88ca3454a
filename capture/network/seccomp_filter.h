#pragma once

#include <expected>
#include <system_error>

namespace waybill::contained {

/// Binds this process and all that it starts to sockets of the families that a network namespace contains: AF_UNIX,
/// AF_INET, AF_INET6, AF_NETLINK and AF_PACKET. Any other (AF_VSOCK reaches a hypervisor, AF_BLUETOOTH a neighbour)
/// answers EAFNOSUPPORT. io_uring_setup, which makes sockets without socket(2), and the system calls of foreign
/// architectures answer ENOSYS. Sets no_new_privs.
std::error_code restrict_sockets();

}  // namespace waybill::contained
