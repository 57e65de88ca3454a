#include <cstdint>
#include <cstdlib>

#include "wire/ntp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto datagram = std::as_bytes(std::span{data, size});
    if (!ntp::looks_like_ntp(datagram, size, ntp::port, ntp::port))
        return 0;
    for (std::size_t length = 12; length < size && length < 512; ++length)
        if (!ntp::looks_like_ntp(datagram.first(length), size, ntp::port, ntp::port))
            std::abort();  // a cut message is no message any more
    return 0;
}
