#include <limits>
#include <utility>

#include "capture/packet_source.h"

namespace waybill {

namespace {

void add_saturating(std::uint64_t& sum, std::uint64_t count)
{
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    sum = count > most - sum ? most : sum + count;
}

}  // namespace

void SourceNotes::add(const SourceNotes& other)
{
    add_saturating(torn_files, other.torn_files);
    add_saturating(torn_octets, other.torn_octets);
    add_saturating(damaged_files, other.damaged_files);
    add_saturating(damaged_records, other.damaged_records);
    add_saturating(damaged_options, other.damaged_options);
    add_saturating(interface_drops, other.interface_drops);
    add_saturating(system_drops, other.system_drops);
    add_saturating(packet_drops, other.packet_drops);
    add_saturating(unknown_blocks, other.unknown_blocks);
    add_saturating(name_blocks, other.name_blocks);
    add_saturating(secrets_blocks, other.secrets_blocks);
    add_saturating(clamped_times, other.clamped_times);
    add_saturating(invalid_fractions, other.invalid_fractions);
    add_saturating(filtered_packets, other.filtered_packets);
    for (const SourceDamage& damage : other.damages)
        tell(damage);
}

void SourceNotes::tell(SourceDamage damage)
{
    if (damages.size() < max_damages)
        damages.push_back(std::move(damage));
}

bool SourceNotes::input_lost() const
{
    return torn_files != 0 || damaged_files != 0 || damaged_records != 0 || interface_drops != 0 || system_drops != 0 ||
           packet_drops != 0;
}

}  // namespace waybill
