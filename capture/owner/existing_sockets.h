#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

struct bpf_program;

namespace waybill {

/// Reads once which sockets are there (owner.bpf.c, existing_sockets): of each a kernel_socket_event, one after
/// another. `user` is who holds it, where that is one process: of several nobody knows which one will use it. The error
/// is the kernel's.
std::expected<std::vector<std::byte>, std::string> read_existing_sockets(const bpf_program* program);

}  // namespace waybill
