#include <cstdint>
#include <cstdlib>

#include "wire/wireguard.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto datagram = std::as_bytes(std::span{data, size});
    const auto type = wireguard::recognise(datagram, size);
    if (type && (size < 32 || wireguard::recognise(datagram.first(16), size) != type))
        std::abort();  // too short a message, or one that depends on its sealed octets
    return 0;
}
