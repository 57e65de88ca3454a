#include "analyze/flow/flow_table.h"

#include <algorithm>
#include <random>

#include "wire/transport.h"

namespace waybill {
namespace {

constexpr std::size_t first_slots = 4096;

std::int64_t seconds_of(Timestamp time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

FlowTable::FlowTable(const FlowLimits& limits, GapCounters& gaps, Ended ended)
    : limits_{limits}, gaps_{&gaps}, ended_{std::move(ended)}, slots_(first_slots), seed_{std::random_device{}()}
{
}

std::int64_t FlowTable::deadline(const FlowRecord& record) const
{
    std::chrono::seconds idle = limits_.other_idle;
    if (record.transport == Transport::tcp)
        idle = record.ended() ? limits_.after_end : limits_.tcp_idle;
    return seconds_of(record.last) + idle.count() + 1;
}

std::size_t FlowTable::find_slot(const FlowKey& key, std::uint32_t hash)
{
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].flow != no_flow) {  // the table is never full
        if (slots_[at].hash == hash && flows_[slots_[at].flow].key == key)
            return at;
        at = (at + 1) & mask;
    }
    return at;
}

bool FlowTable::is_over(const FlowRecord& record, const Segment& segment) const
{
    if (seconds_of(segment.time) >= deadline(record))
        return true;
    if (segment.transport != Transport::tcp || !segment.has_flag(TcpHeader::syn) || segment.has_flag(TcpHeader::ack))
        return false;
    // A SYN with another initial sequence number is another connection: after the end, or where the end was not seen.
    const bool is_repeat = record.syn_seen && record.initial_sequence == segment.tcp_sequence;
    return !is_repeat && (record.ended() || record.established);
}

FlowRecord& FlowTable::find_or_create(const KeyedSegment& keyed, const Segment& segment, bool& is_new)
{
    advance(segment.time);
    const std::uint32_t hash = hash_of(keyed.key, seed_);
    const std::size_t at = find_slot(keyed.key, hash);
    is_new = slots_[at].flow == no_flow;
    if (!is_new) {
        FlowRecord& record = flows_[slots_[at].flow];
        if (!is_over(record, segment))
            return record;
        end(slots_[at].flow);
        is_new = true;
    }
    return flows_[create(keyed, segment, hash)];
}

std::uint32_t FlowTable::create(const KeyedSegment& keyed, const Segment& segment, std::uint32_t hash)
{
    if (flows_.size() >= limits_.max_flows)
        evict_one();
    if (flows_.size() * 3 >= slots_.size() * 2)
        grow();
    const std::uint32_t flow = flows_.take();
    FlowRecord& record = flows_[flow];
    record.key = keyed.key;
    record.id = next_id_++;
    record.transport = segment.transport;
    record.first = segment.time;
    record.last = segment.time;
    slots_[find_slot(keyed.key, hash)] = {hash, flow};
    schedule(flow, std::max(deadline(record), now_second_ + 1));
    return flow;
}

void FlowTable::schedule(std::uint32_t flow, std::int64_t second)
{
    earliest_ = std::min(earliest_, second);
    wheel_.insert(flows_, flow, second);
}

void FlowTable::bring_forward(const FlowRecord& record)
{
    const std::uint32_t flow = slots_[find_slot(record.key, hash_of(record.key, seed_))].flow;
    wheel_.remove(flows_, flow);
    schedule(flow, std::max(deadline(record), now_second_ + 1));
}

void FlowTable::end(std::uint32_t flow)
{
    FlowRecord& record = flows_[flow];
    ended_(record);
    wheel_.remove(flows_, flow);
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = find_slot(record.key, hash_of(record.key, seed_));
    for (std::size_t at = (hole + 1) & mask; slots_[at].flow != no_flow; at = (at + 1) & mask) {
        const std::size_t home = slots_[at].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {  // may move back to the hole without passing its home
            slots_[hole] = slots_[at];
            hole = at;
        }
    }
    slots_[hole] = {};
    flows_.give_back(flow);
}

void FlowTable::expire_second(std::int64_t second)
{
    std::uint32_t flow = wheel_.head(second);
    while (flow != no_flow) {  // each turn takes one out of this second's list or steps on
        FlowRecord& record = flows_[flow];
        const std::uint32_t next = record.timer_next;
        if (record.timer_second <= second) {
            const std::int64_t due = deadline(record);
            if (due <= second) {
                end(flow);
            } else {
                wheel_.remove(flows_, flow);
                schedule(flow, due);
            }
        }
        flow = next;
    }
}

void FlowTable::advance(Timestamp now)
{
    const std::int64_t second = seconds_of(now);
    if (!has_time_) {
        has_time_ = true;
        now_second_ = second;
    }
    if (second <= now_second_)  // also packets that are out of order
        return;
    const std::int64_t from = std::max(now_second_ + 1, second - TimerWheel::span_seconds + 1);
    now_second_ = second;
    for (std::int64_t at = from; at <= second; ++at)
        expire_second(at);
}

void FlowTable::evict_one()
{
    for (std::int64_t at = std::max(now_second_ + 1, earliest_); at < now_second_ + TimerWheel::span_seconds; ++at) {
        earliest_ = at;
        std::uint32_t flow = wheel_.head(at);
        while (flow != no_flow) {
            FlowRecord& record = flows_[flow];
            const std::uint32_t next = record.timer_next;
            const std::int64_t due = deadline(record);
            if (due <= at) {
                gaps_->add(GapKind::flows_bound, record.ended() ? 0 : 1);
                end(flow);
                return;
            }
            if (record.timer_second <= at) {
                wheel_.remove(flows_, flow);
                schedule(flow, due);
            }
            flow = next;
        }
    }
}

void FlowTable::grow()
{
    std::vector<Slot> larger(slots_.size() * 2);
    const std::size_t mask = larger.size() - 1;
    for (const Slot& slot : slots_) {
        if (slot.flow == no_flow)
            continue;
        std::size_t at = slot.hash & mask;
        while (larger[at].flow != no_flow)
            at = (at + 1) & mask;
        larger[at] = slot;
    }
    slots_ = std::move(larger);
}

void FlowTable::finish()
{
    std::vector<std::uint32_t> open;
    open.reserve(flows_.size());
    for (const Slot& slot : slots_)
        if (slot.flow != no_flow)
            open.push_back(slot.flow);
    std::ranges::sort(open, {}, [&](std::uint32_t flow) { return flows_[flow].id; });
    for (const std::uint32_t flow : open) {
        ended_(flows_[flow]);
        flows_[flow] = FlowRecord{};  // what it held goes now, not all at once
    }
    slots_.assign(first_slots, {});
    flows_ = {};
    wheel_ = {};
    earliest_ = 0;
}

}  // namespace waybill
