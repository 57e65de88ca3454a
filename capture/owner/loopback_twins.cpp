#include "capture/owner/loopback_twins.h"

#include <array>
#include <functional>
#include <span>
#include <string_view>

#include "wire/ip.h"
#include "wire/transport.h"

namespace waybill {
namespace {

std::uint64_t hash_of_whole(Bytes octets, std::uint32_t wire_length)
{
    return std::hash<std::string_view>{}(as_text(octets)) ^ (std::uint64_t{wire_length} << 32U);
}

/// Of who sends to whom.
std::uint64_t hash_of_ends(const IpPacket& packet, const TcpHeader& header)
{
    const auto [from_high, from_low] = packet.source.words();
    const auto [to_high, to_low] = packet.destination.words();
    const std::array<std::uint64_t, 5> ends{from_high, from_low, to_high, to_low,
                                            std::uint64_t{header.source_port} << 16U | header.destination_port};
    return std::hash<std::string_view>{}(as_text(std::as_bytes(std::span{ends})));
}

}  // namespace

LoopbackTwins::Sight LoopbackTwins::sight_of(Bytes octets, std::uint32_t wire_length)
{
    constexpr unsigned version_bits = 4;
    const bool is_v6 = !octets.empty() && std::to_integer<unsigned>(octets.front()) >> version_bits == 6;
    const auto packet = is_v6 ? parse_ipv6(octets, wire_length) : parse_ipv4(octets, wire_length);
    if (packet && packet->protocol == IpProtocol::tcp && !packet->is_fragment())
        if (const auto header = parse_tcp(packet->payload); header && header->header_octets <= packet->payload_length)
            return {hash_of_ends(*packet, *header), packet->payload_length - header->header_octets};
    return {hash_of_whole(octets, wire_length), 0};
}

void LoopbackTwins::sent(Bytes octets, std::uint32_t wire_length)
{
    if (sent_.size() >= most)
        sent_.clear();  // what goes to sockets that are not watched never comes in here
    const Sight sight = sight_of(octets, wire_length);
    Account& account = sent_[sight.key];
    account.payload += sight.payload;
    account.packets += sight.payload == 0 ? 1 : 0;
}

bool LoopbackTwins::take(Bytes octets, std::uint32_t wire_length)
{
    const Sight sight = sight_of(octets, wire_length);
    const auto found = sent_.find(sight.key);
    if (found == sent_.end())
        return false;
    Account& account = found->second;
    std::uint64_t& place = sight.payload == 0 ? account.packets : account.payload;
    const std::uint64_t drawn = sight.payload == 0 ? 1 : sight.payload;
    if (place < drawn)
        return false;
    place -= drawn;
    if (account.payload == 0 && account.packets == 0)
        sent_.erase(found);
    return true;
}

}  // namespace waybill
