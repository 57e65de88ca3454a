#include "model/protocol.h"

#include <algorithm>

namespace waybill {

std::optional<Protocol> find_protocol(std::string_view word)
{
    const auto found = std::ranges::find(protocol_words, word);
    if (found == protocol_words.end())
        return std::nullopt;
    return static_cast<Protocol>(found - protocol_words.begin());
}

}  // namespace waybill
