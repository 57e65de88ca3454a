#include "model/cross_check.h"

#include <algorithm>
#include <limits>

namespace waybill {
namespace {

std::uint64_t sum(std::uint64_t one, std::uint64_t other)
{
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return other > most - one ? most : one + other;  // a run.json can hold any number
}

void add_to(Traffic& total, const Traffic& more)
{
    total = {sum(total.packets, more.packets), sum(total.ip_bytes, more.ip_bytes)};
}

std::int64_t difference(std::uint64_t counted, std::uint64_t found)
{
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    return counted >= found ? static_cast<std::int64_t>(std::min(counted - found, most))
                            : -static_cast<std::int64_t>(std::min(found - counted, most));
}

std::uint64_t magnitude(std::int64_t number)
{
    return static_cast<std::uint64_t>(number < 0 ? -number : number);  // difference() gives no number without one
}

/// "12 packets, 3456 octets of IP"
std::string amounts(std::int64_t packets, std::int64_t octets)
{
    return std::to_string(magnitude(packets)) + (magnitude(packets) == 1 ? " packet" : " packets") + ", " +
           std::to_string(magnitude(octets)) + " octets of IP";
}

}  // namespace

std::uint64_t CrossCheck::ip_bytes_ppm() const
{
    constexpr long double millionths = 1e6L;
    const std::uint64_t counted = sum(counted_out.ip_bytes, counted_in.ip_bytes);
    const std::uint64_t expected = counted - std::min(counted, recorded_once.ip_bytes);
    const std::uint64_t whole = std::max(expected, recorded.ip_bytes);
    if (whole == 0)
        return 0;
    constexpr long double most = 1.8e19L;  // below 2^64
    return static_cast<std::uint64_t>(std::min(
        most, static_cast<long double>(magnitude(ip_bytes_difference)) * millionths / static_cast<long double>(whole)));
}

bool CrossCheck::lacks_packets() const
{
    return packets_difference > 0 && magnitude(packets_difference) > uncertain.packets;
}

bool CrossCheck::differs() const
{
    return magnitude(packets_difference) > uncertain.packets || magnitude(ip_bytes_difference) > uncertain.ip_bytes;
}

std::optional<CrossCheck> cross_check(const std::vector<KernelCounter>& counters, const Traffic& recorded)
{
    if (counters.empty())
        return std::nullopt;
    CrossCheck check;
    check.recorded = recorded;
    for (const KernelCounter& counter : counters) {
        check.counters.push_back(counter.counter);
        add_to(check.counted_out, counter.out);
        add_to(check.counted_in, counter.in);
        add_to(check.recorded_once, counter.recorded_once);
        add_to(check.lost, counter.lost);
        add_to(check.uncertain, counter.uncertain);
    }
    Traffic counted = check.counted_out;
    add_to(counted, check.counted_in);
    Traffic found = recorded;
    add_to(found, check.recorded_once);
    add_to(found, check.lost);
    check.packets_difference = difference(counted.packets, found.packets);
    check.ip_bytes_difference = difference(counted.ip_bytes, found.ip_bytes);
    return check;
}

std::optional<Gap> gap_of(const CrossCheck& check)
{
    if (!check.differs())
        return std::nullopt;
    if (check.lacks_packets())
        return Gap{GapKind::packets_missing, magnitude(check.packets_difference),
                   amounts(check.packets_difference, check.ip_bytes_difference)};
    return Gap{GapKind::counters_differ, std::max<std::uint64_t>(magnitude(check.ip_bytes_difference), 1),
               amounts(check.packets_difference, check.ip_bytes_difference) +
                   (check.packets_difference < 0 || check.ip_bytes_difference < 0 ? " more in the recording"
                                                                                  : " more counted")};
}

}  // namespace waybill
