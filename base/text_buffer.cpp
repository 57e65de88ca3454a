#include "base/text_buffer.h"

#include <algorithm>

namespace waybill {

void TextBuffer::grow(std::size_t octets)
{
    constexpr std::size_t least_room = 4096;
    const std::size_t used = size();
    room_.resize(std::max({least_room, 2 * room_.size(), used + octets}));
    end_ = room_.begin() + static_cast<std::ptrdiff_t>(used);
}

}  // namespace waybill
