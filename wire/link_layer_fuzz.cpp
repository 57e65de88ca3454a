#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "wire/link_layer.h"

/// What a frame carries is a part of the frame, whatever its link type; and so on through its tags and labels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    waybill::Cursor in{std::as_bytes(std::span{data, size})};
    const auto type = static_cast<waybill::LinkType>(in.u16());
    auto layer = waybill::parse_link_layer(type, in.rest());
    std::size_t left = in.remaining();
    while (layer && waybill::is_shim(layer->type)) {  // each tag or label takes octets off
        if (layer->payload.size() > left)
            std::abort();
        left = layer->payload.size();
        layer = waybill::parse_shim(*layer);
        if (layer && layer->payload.size() >= left && waybill::is_shim(layer->type))
            std::abort();
    }
    if (layer && layer->payload.size() > left)
        std::abort();
    return 0;
}
