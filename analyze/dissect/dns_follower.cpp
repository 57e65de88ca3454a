#include "analyze/dissect/dns_follower.h"

namespace waybill {

std::size_t DnsFollower::data(Side side, Bytes octets, const Observation& seen)
{
    DnsStream& stream = sides_[side];
    const bool followed = !stream.unsynchronised();
    stream.feed(octets, [&](Bytes message) {
        seen.recognise(Protocol::dns);
        if (seen.context().dns)
            seen.context().dns(side, message, seen.at());
    });
    if (followed && stream.unsynchronised())
        ++seen.counters().dns_unsynchronised;
    return octets.size();
}

void DnsFollower::missing(Side side, std::uint64_t octets, const Observation& seen)
{
    DnsStream& stream = sides_[side];
    const bool followed = !stream.unsynchronised();
    stream.missing(octets);
    if (followed && stream.unsynchronised())
        ++seen.counters().dns_unsynchronised;
}

void DnsFollower::finish(const Observation& seen)
{
    for (const Side side : {Side::client, Side::server}) {
        const DnsStream& stream = sides_[side];
        seen.counters().dns_lost_messages += stream.lost_messages() + (stream.held_octets() > 0 ? 1 : 0);
    }
}

}  // namespace waybill
