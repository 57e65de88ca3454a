#include "analyze/name/dns_cache_entries.h"

#include <span>

#include "base/cursor.h"

namespace waybill {

std::uint32_t DnsKeyHash::operator()(const DnsPairKey& key) const
{
    // Of IPv4 there is no second word, which the families tell.
    const std::array<std::uint64_t, 5> words{key.client[0], key.address[0], key.families, key.client[1],
                                             key.address[1]};
    const bool is_short = (key.client[1] | key.address[1]) == 0;
    return hash(std::span<const std::uint64_t>{words}.first(is_short ? 3 : words.size()));
}

std::uint32_t DnsKeyHash::operator()(const EchKey& key) const
{
    const auto& client = key.client.words();
    const std::array<std::uint64_t, 3> words{client[0], client[1], hash(as_octets(key.name.text()))};
    return hash(std::span<const std::uint64_t>{words});
}

}  // namespace waybill
