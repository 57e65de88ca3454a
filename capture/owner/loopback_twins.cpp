#include "capture/owner/loopback_twins.h"

#include <functional>
#include <string_view>

namespace waybill {

std::uint64_t LoopbackTwins::hash_of(Bytes octets, std::uint32_t wire_length)
{
    return std::hash<std::string_view>{}(as_text(octets)) ^ (std::uint64_t{wire_length} << 32U);
}

void LoopbackTwins::sent(Bytes octets, std::uint32_t wire_length)
{
    if (sent_.size() >= most)
        sent_.clear();  // what goes to sockets that are not watched never comes in here
    ++sent_[hash_of(octets, wire_length)];
}

bool LoopbackTwins::take(Bytes octets, std::uint32_t wire_length)
{
    const auto found = sent_.find(hash_of(octets, wire_length));
    if (found == sent_.end())
        return false;
    if (--found->second == 0)
        sent_.erase(found);
    return true;
}

}  // namespace waybill
