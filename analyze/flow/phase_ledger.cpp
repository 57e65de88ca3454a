#include "analyze/flow/phase_ledger.h"

#include <algorithm>

namespace waybill {
namespace {

void add(SentCounts& sum, const SentCounts& more)
{
    sum.packets += more.packets;
    sum.wire_octets += more.wire_octets;
    sum.ip_octets += more.ip_octets;
    sum.payload_octets += more.payload_octets;
}

SentCounts without(const SentCounts& all, const SentCounts& noted)
{
    return {all.packets - noted.packets, all.wire_octets - noted.wire_octets, all.ip_octets - noted.ip_octets,
            all.payload_octets - noted.payload_octets};
}

}  // namespace

PhaseLedger::PhaseLedger(std::vector<Timestamp> begins, GapCounters& gaps, std::size_t max_parts)
    : begins_{std::move(begins)}, gaps_{&gaps}, max_parts_{max_parts}
{
    enter(0);
}

void PhaseLedger::enter(std::uint32_t phase)
{
    phase_ = phase;
    begin_ = phase == 0 ? Timestamp::min() : begins_[phase - 1];
    end_ = phase == begins_.size() ? Timestamp::max() : begins_[phase];
}

std::uint32_t PhaseLedger::phase_at(Timestamp time) const
{
    return static_cast<std::uint32_t>(std::ranges::upper_bound(begins_, time) - begins_.begin());
}

SentCounts* PhaseLedger::part_of(Entry& entry, std::uint32_t phase, End end)
{
    auto part = std::ranges::find(entry.parts, phase, &Part::phase);
    if (part == entry.parts.end()) {
        if (parts_ >= max_parts_) {
            gaps_->add(GapKind::phases_bound);
            return nullptr;
        }
        ++parts_;
        part = entry.parts.insert(part, Part{phase, {}});
    }
    return &part->sent.at(index(end));
}

void PhaseLedger::note_down(const FlowRecord& record)
{
    const auto known = entries_.find(record.id);
    for (const End end : {End::low, End::high}) {
        const SentCounts noted = known == entries_.end() ? SentCounts{} : known->second.noted.at(index(end));
        const SentCounts since = without(record.sent[index(end)], noted);
        if (since.packets == 0)
            continue;
        Entry& entry = entries_[record.id];
        add(entry.noted.at(index(end)), since);
        if (SentCounts* const part = part_of(entry, phase_, end))
            add(*part, since);
    }
}

void PhaseLedger::advance(Timestamp time, const FlowTable& flows)
{
    flows.for_each_open([this](const FlowRecord& record) { note_down(record); });
    enter(phase_at(time));
}

void PhaseLedger::add_earlier(const FlowRecord& record, End sender, const SentCounts& packet, Timestamp time)
{
    Entry& entry = entries_[record.id];
    add(entry.noted.at(index(sender)), packet);
    if (SentCounts* const part = part_of(entry, phase_at(time), sender))
        add(*part, packet);
}

std::vector<PhaseLedger::Part> PhaseLedger::take(const FlowRecord& record)
{
    note_down(record);
    const auto entry = entries_.find(record.id);
    if (entry == entries_.end())
        return {};
    std::vector<Part> parts = std::move(entry->second.parts);
    entries_.erase(entry);
    parts_ -= parts.size();
    std::ranges::sort(parts, {}, &Part::phase);
    return parts;
}

}  // namespace waybill
