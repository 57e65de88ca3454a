// What a client is taken for does not change as more of its first octets arrive, once its opening is complete.
#include <cstdint>
#include <cstdlib>

#include "capture/network/polite_end.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using waybill::contained::recognise;
    const waybill::Bytes octets = std::as_bytes(std::span{data, size});
    const auto whole = recognise(octets);
    const auto part = recognise(octets.first(size / 2));
    if (part.complete && !(whole == part))
        std::abort();
    return 0;
}
