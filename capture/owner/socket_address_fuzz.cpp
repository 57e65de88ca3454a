#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "capture/owner/stopped_caller.h"

/// An address that a caller's memory holds is one that a packet can be sent to, and its port is where it stands.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span octets{data, size};
    const auto read = waybill::read_socket_address(std::as_bytes(octets));
    if (!read)
        return 0;
    const bool is_unspecified =
        std::ranges::all_of(read->address.octets(), [](std::byte octet) { return octet == std::byte{0}; });
    const std::uint32_t port = octets[2] * 256U + octets[3];
    if (is_unspecified || waybill::number(read->port) != port || read->address.text().starts_with("::ffff:"))
        std::abort();
    return 0;
}
