#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "capture/owner/stopped_caller.h"

namespace {

/// An IPv4 address within an IPv6 one (RFC 4291, 2.5.5.2).
bool is_mapped(waybill::Bytes address)
{
    constexpr std::size_t zeros = 10;
    return address.size() > zeros + 2 &&
           std::ranges::all_of(address.first(zeros), [](std::byte octet) { return octet == std::byte{0}; }) &&
           address[zeros] == std::byte{0xff} && address[zeros + 1] == std::byte{0xff};
}

}  // namespace

/// An address that a caller's memory holds is one that a packet can be sent to, and its port is where it stands.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span octets{data, size};
    const auto read = waybill::read_socket_address(std::as_bytes(octets));
    if (!read)
        return 0;
    const waybill::Bytes address = read->address.octets();
    const std::uint32_t port = octets[2] * 256U + octets[3];
    if (waybill::is_unspecified(read->address) || waybill::number(read->port) != port || is_mapped(address))
        std::abort();
    return 0;
}
