#include "analyze/decode/fragments.h"

#include <algorithm>
#include <utility>

namespace waybill {
namespace {

/// Makes the datagram's packet one that is no fragment, with what was put together for its payload.
void as_whole(FragmentTable::Datagram& datagram)
{
    datagram.packet.payload =
        Bytes{datagram.octets}.first(std::min<std::size_t>(datagram.octets.size(), datagram.captured));
    datagram.packet.payload_length = static_cast<std::uint32_t>(datagram.octets.size());
    datagram.packet.more_fragments = false;
    datagram.packet.fragment_offset = 0;
}

}  // namespace

void FragmentTable::copy_in(Partial& partial, const IpPacket& fragment)
{
    const std::uint32_t begin = fragment.fragment_offset;
    const std::uint32_t end = begin + fragment.payload_length;
    const auto captured_end = static_cast<std::uint32_t>(begin + fragment.payload.size());
    auto& octets = partial.datagram.octets;
    if (captured_end < end)
        partial.datagram.captured = std::min(partial.datagram.captured, captured_end);
    if (octets.size() < end)
        octets.resize(end);
    std::uint32_t at = begin;
    while (at < end) {  // each turn passes a run that is there, or fills the hole before the next
        auto next = partial.runs.upper_bound(at);
        if (next != partial.runs.begin() && std::prev(next)->second > at) {
            at = std::prev(next)->second;
            continue;
        }
        const std::uint32_t stop = next == partial.runs.end() ? end : std::min(end, next->first);
        if (at < captured_end)
            std::ranges::copy(fragment.payload.subspan(at - begin, std::min(stop, captured_end) - at),
                              octets.begin() + at);
        partial.runs.emplace(at, stop);
        at = stop;
    }
    for (auto run = partial.runs.begin(); run != partial.runs.end();) {  // join neighbours
        const auto next = std::next(run);
        if (next == partial.runs.end())
            break;
        if (next->first <= run->second) {
            run->second = std::max(run->second, next->second);
            partial.runs.erase(next);
        } else {
            run = next;
        }
    }
}

void FragmentTable::forget(std::map<Key, Partial>::iterator entry)
{
    held_octets_ -= entry->second.datagram.octets.size();
    by_age_.erase(entry->second.age);
    partials_.erase(entry);
}

void FragmentTable::expire(Timestamp now)
{
    while (!by_age_.empty()) {  // ends at the first that stays
        const auto oldest = partials_.find(by_age_.front());
        const auto age = std::chrono::floor<std::chrono::seconds>(now) -  // in seconds, for these cannot overflow
                         std::chrono::floor<std::chrono::seconds>(oldest->second.datagram.first);
        const bool too_old = age > max_age;
        const bool at_bound = held_octets_ > max_held_octets || partials_.size() > max_datagrams;
        if (!too_old && !at_bound)
            return;
        abandon(oldest, too_old ? GapKind::fragments_incomplete : GapKind::fragments_bound);
    }
}

/// RFC 791, 3.2 counts the protocol in; RFC 8200, 4.5 does not, for only the first fragment's is right.
FragmentTable::Key FragmentTable::key_of(const IpPacket& fragment, std::uint8_t depth)
{
    return {fragment.source, fragment.destination, fragment.identification,
            fragment.source.is_v4() ? static_cast<std::uint8_t>(fragment.protocol) : std::uint8_t{0}, depth};
}

Bytes FragmentTable::front_of(const IpPacket& fragment, std::uint8_t depth) const
{
    const auto entry = partials_.find(key_of(fragment, depth));
    if (entry == partials_.end())
        return {};
    const Partial& partial = entry->second;
    const auto first = partial.runs.begin();
    if (first == partial.runs.end() || first->first != 0)
        return {};
    return Bytes{partial.datagram.octets}.first(std::min(first->second, partial.datagram.captured));
}

std::optional<FragmentTable::Datagram> FragmentTable::add(const IpPacket& fragment, std::uint64_t wire_octets,
                                                          std::uint8_t depth, Timestamp time)
{
    if (fragment.fragment_offset + fragment.payload_length > max_datagram_octets) {
        gaps_->add(GapKind::network_malformed);
        return std::nullopt;
    }
    expire(time);  // an identification that is used again is of another datagram
    const Key key = key_of(fragment, depth);
    auto [entry, is_new] = partials_.try_emplace(key);
    Partial& partial = entry->second;
    if (is_new) {
        partial.datagram.packet = fragment;
        partial.datagram.depth = depth;
        partial.datagram.first = time;
        partial.age = by_age_.insert(by_age_.end(), key);
    }
    if (fragment.fragment_offset == 0)
        partial.datagram.packet.protocol = fragment.protocol;
    ++partial.datagram.fragments;
    partial.datagram.wire_octets += wire_octets;
    partial.datagram.ip_octets += fragment.length;
    if (!fragment.more_fragments)
        partial.total = fragment.fragment_offset + fragment.payload_length;
    held_octets_ -= partial.datagram.octets.size();
    copy_in(partial, fragment);
    held_octets_ += partial.datagram.octets.size();

    const auto& runs = partial.runs;
    const bool whole =
        partial.total && runs.size() == 1 && runs.begin()->first == 0 && runs.begin()->second >= *partial.total;
    if (!whole) {
        expire(time);
        return std::nullopt;
    }
    held_octets_ -= partial.datagram.octets.size();
    Datagram done = std::exchange(partial.datagram, {});
    done.octets.resize(*partial.total);
    forget(entry);
    as_whole(done);
    return done;
}

void FragmentTable::abandon(std::map<Key, Partial>::iterator entry, GapKind reason)
{
    gaps_->add(reason);
    const Partial& partial = entry->second;
    held_octets_ -= partial.datagram.octets.size();
    const auto first = partial.runs.begin();
    const bool has_front = first != partial.runs.end() && first->first == 0;
    Datagram datagram = std::exchange(entry->second.datagram, {});
    datagram.octets.resize(has_front ? first->second : 0);
    as_whole(datagram);
    datagram.packet.payload_length = std::max(partial.total.value_or(0), datagram.packet.payload_length);
    abandoned_.push_back(std::move(datagram));
    forget(entry);
}

void FragmentTable::abandon_all()
{
    while (!by_age_.empty())
        abandon(partials_.find(by_age_.front()), GapKind::fragments_incomplete);
}

std::vector<FragmentTable::Datagram> FragmentTable::take_abandoned()
{
    return std::exchange(abandoned_, {});
}

}  // namespace waybill
