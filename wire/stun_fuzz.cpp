#include <cstdint>
#include <cstdlib>

#include "wire/stun.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto datagram = std::as_bytes(std::span{data, size});
    if (!stun::looks_like_stun(datagram, size, Port{1}, Port{2}))
        return 0;
    Cursor in{datagram};
    in.skip(2);
    if (in.u16() + std::size_t{20} != size)
        std::abort();  // the message does not fill the datagram
    const bool classic = in.u32() != 0x2112a442;
    for (std::size_t length = 20; length < size && length < 512; ++length)
        if (stun::looks_like_stun(datagram.first(length), size, Port{1}, Port{2}) == classic)
            std::abort();  // a cut message with a cookie is one still, a classic one is not
    return 0;
}
