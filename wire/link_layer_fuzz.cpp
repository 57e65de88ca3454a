#include <cstdlib>
#include <functional>
#include <span>

#include "wire/link_layer.h"

/// Whatever the link type, the payload is a part of the frame, and taking shims off only ever shortens it. The first
/// two octets are the link type.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    Cursor in{std::as_bytes(std::span{data, size})};
    const auto type = static_cast<LinkType>(in.u16());
    const Bytes frame = in.rest();
    auto layer = parse_link_layer(type, frame);
    std::size_t before = frame.size();
    while (layer) {  // each shim takes an octet at least
        const Bytes payload = layer->payload;
        const bool is_inside =
            payload.empty() || (!std::less{}(payload.data(), frame.data()) &&
                                !std::less{}(std::to_address(frame.end()), std::to_address(payload.end())));
        if (payload.size() > before || !is_inside)
            std::abort();
        if (!is_shim(layer->type))
            break;
        layer = parse_shim(*layer);
        if (layer && layer->payload.size() >= payload.size())
            std::abort();
        before = payload.size();
    }
    return 0;
}
