#include "analyze/flow/flow_table.h"

#include <algorithm>

#include "analyze/name/hash_seed.h"
#include "wire/transport.h"

namespace waybill {
namespace {

constexpr std::size_t first_slots = 512;

// How many flows ahead of the one that ends their memory is asked for: the record, then what the record leads to.
constexpr std::size_t far = 8;
constexpr std::size_t near = 4;
constexpr std::size_t nearest = 2;

std::int64_t seconds_of(Timestamp time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// The first moment after that second, as far as times reach.
Timestamp end_of(std::int64_t second)
{
    const std::int64_t last_second = seconds_of(Timestamp::max());
    return second < last_second ? Timestamp{std::chrono::seconds{second + 1}} : Timestamp::max();
}

}  // namespace

FlowTable::FlowTable(const FlowLimits& limits, GapCounters& gaps, Hooks hooks)
    : limits_{limits},
      shortest_{std::min({limits.after_end, limits.tcp_idle, limits.other_idle})},
      gaps_{&gaps},
      hooks_{std::move(hooks)},
      flows_{limits.max_flows},
      slots_(first_slots),
      mask_{first_slots - 1},
      seed_{hash_seed()}
{
}

std::int64_t FlowTable::deadline(const FlowRecord& record) const
{
    std::chrono::seconds idle = limits_.other_idle;
    if (record.transport == Transport::tcp)
        idle = record.ended() ? limits_.after_end : limits_.tcp_idle;
    return seconds_of(record.last) + idle.count() + 1;
}

/// The second, later than `after`, in which a flow is looked at again: at its deadline, but of TCP no later than an end
/// in this second would make it due. So nearly every flow that ends stands already where it has to.
std::int64_t FlowTable::next_look(const FlowRecord& record, std::int64_t after) const
{
    const std::int64_t due = std::max(deadline(record), after + 1);
    return record.transport == Transport::tcp ? std::min(due, now_second_ + limits_.after_end.count() + 1) : due;
}

bool FlowTable::is_over(const FlowRecord& record, const Segment& segment) const
{
    if (seconds_of(segment.time) >= deadline(record))
        return true;
    if (segment.transport != Transport::tcp || !segment.has_flag(TcpHeader::syn) || segment.has_flag(TcpHeader::ack))
        return false;
    // A SYN with another initial sequence number is another connection: after the end, or where the end was not seen.
    const bool is_repeat = record.syn_seen && record.initial_sequence == segment.tcp_sequence;
    return !is_repeat && (record.ended() || record.established());
}

/// What find_or_create() leaves: no flow is open under this key, or the one that is may be over.
FlowRecord& FlowTable::open_or_replace(const Look& look, const Segment& segment, Found known, bool& is_new)
{
    latest_ = known.flow;
    is_new = known.record == nullptr || is_over(*known.record, segment);
    if (!is_new)
        return *known.record;
    if (known.record != nullptr)
        end(known.flow);
    latest_ = create(look, segment);
    return flows_[latest_];
}

std::uint32_t FlowTable::create(const Look& look, const Segment& segment)
{
    if (flows_.size() >= limits_.max_flows)
        evict_one();
    if (flows_.size() * 2 >= slots_.size())
        grow();
    const std::uint32_t flow = flows_.take();
    FlowRecord& record = flows_[flow];
    record.key = look.keyed.key;
    record.hash = look.hash;
    record.id = next_id_++;
    record.transport = segment.transport;
    record.first = segment.time;
    record.last = segment.time;
    slot(free_slot(look.hash)) = {look.hash, flow};
    schedule(flow, next_look(record, now_second_));
    return flow;
}

void FlowTable::end_if(const Look& look, const std::function<bool(const FlowRecord&)>& is_over)
{
    const Found found = find(look.keyed.key, look.hash);
    if (found.record != nullptr && is_over(*found.record))
        end(found.flow);
}

void FlowTable::for_each_open(const std::function<void(const FlowRecord&)>& function) const
{
    for (std::uint32_t flow = 0; flow < flows_.places(); ++flow)
        if (flows_[flow].id != 0)
            function(flows_[flow]);
}

void FlowTable::bring_forward()
{
    const std::int64_t due = std::max(deadline(flows_[latest_]), now_second_ + 1);
    if (due < flows_[latest_].timer_second)
        schedule(latest_, due);
}

std::size_t FlowTable::free_slot(std::uint32_t hash) const
{
    std::size_t at = hash;
    while (slot(at).flow != no_flow)  // the table is never full
        ++at;
    return at;
}

std::size_t FlowTable::slot_of(std::uint32_t flow) const
{
    std::size_t at = flows_[flow].hash;
    while (slot(at).flow != flow)  // it stands in the table
        ++at;
    return at;
}

void FlowTable::schedule(std::uint32_t flow, std::int64_t second)
{
    constexpr std::size_t min_left_behind = 65'536;  // for fewer it is not worth looking through all buckets
    earliest_ = std::min(earliest_, second);
    flows_[flow].timer_second = second;
    wheel_.insert(flow, second);
    if (wheel_.places() > 2 * flows_.size() + min_left_behind)
        wheel_.clean([this](std::uint32_t held, std::size_t slot) {
            const std::int64_t meant = flows_[held].timer_second;
            return meant != FlowRecord::no_second && TimerWheel::slot_of(meant) == slot;
        });
}

void FlowTable::end(std::uint32_t flow)
{
    hooks_.ended(flows_[flow]);
    std::size_t hole = slot_of(flow);
    for (std::size_t at = hole + 1; slot(at).flow != no_flow; ++at) {
        if (((at - slot(at).hash) & mask_) >= at - hole) {  // may move back to the hole without passing its home
            slot(hole) = slot(at);
            hole = at;
        }
    }
    slot(hole) = {};
    flows_.give_back(flow);
}

/// Flows end long after they were last touched, so what will be needed is fetched while others are dealt with.
void FlowTable::fetch_ahead(const TimerWheel::Bucket& bucket) const
{
    if (const std::uint32_t flow = bucket.peek(far); flow != no_flow)
        flows_.fetch(flow);
    if (const std::uint32_t flow = bucket.peek(near); flow != no_flow) {
        __builtin_prefetch(&slot(flows_[flow].hash));
        hooks_.soon_ended(flows_[flow]);
    }
    if (const std::uint32_t flow = bucket.peek(nearest); flow != no_flow)
        hooks_.sooner_ended(flows_[flow]);
}

void FlowTable::expire_second(std::int64_t second)
{
    TimerWheel::Bucket bucket = wheel_.take_bucket(second);
    for (; !bucket.empty(); bucket.drop_front()) {
        fetch_ahead(bucket);
        const std::uint32_t flow = bucket.front();
        const std::int64_t meant = flows_[flow].timer_second;
        if (meant == FlowRecord::no_second || TimerWheel::slot_of(meant) != TimerWheel::slot_of(second))
            continue;          // it has ended, or was moved
        if (meant > second) {  // a turn of the wheel later
            wheel_.insert(flow, meant);
            continue;
        }
        if (deadline(flows_[flow]) <= second)
            end(flow);
        else
            schedule(flow, next_look(flows_[flow], second));
    }
}

void FlowTable::advance(Timestamp now)
{
    const std::int64_t second = seconds_of(now);
    if (!has_time_) {
        has_time_ = true;
        now_second_ = second;
        second_end_ = end_of(second);
    }
    if (second <= now_second_)  // also packets that are out of order
        return;
    const std::int64_t from = std::max(now_second_ + 1, second - TimerWheel::span_seconds + 1);
    now_second_ = second;
    second_end_ = end_of(second);
    for (std::int64_t at = from; at <= second; ++at)
        expire_second(at);
}

void FlowTable::evict_one()
{
    if (wheel_.places() == 0)
        return;
    for (std::int64_t at = std::max(now_second_ + 1, earliest_); at < now_second_ + TimerWheel::span_seconds; ++at) {
        earliest_ = at;
        TimerWheel::Bucket& bucket = wheel_.bucket(at);
        while (!bucket.empty()) {  // each turn takes one out; those that are not due go to later buckets
            const std::uint32_t flow = wheel_.take_front(bucket);
            const FlowRecord& record = flows_[flow];
            if (record.timer_second != at)
                continue;
            const std::int64_t due = deadline(record);
            if (due <= at) {
                gaps_->add(GapKind::flows_bound, record.ended() ? 0 : 1);
                end(flow);
                return;
            }
            schedule(flow, due);
        }
    }
}

void FlowTable::grow()
{
    Slots larger(slots_.size() * 2);
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
    mask_ = mask;
}

/// The open flows in the order of their numbers. Most numbers are of flows that were open in the last minutes, so that
/// they need no comparing: each has a place of its own among those from the oldest on. Else that would be too many.
std::vector<std::uint32_t> FlowTable::open_by_number() const
{
    constexpr std::uint64_t most_places = 16;  // for each open flow
    std::vector<std::uint32_t> open;
    std::uint64_t oldest = next_id_;
    for (std::uint32_t flow = 0; flow < flows_.places(); ++flow) {
        if (flows_[flow].id == 0)
            continue;
        open.push_back(flow);
        oldest = std::min(oldest, flows_[flow].id);
    }
    if (next_id_ - oldest > most_places * open.size()) {
        std::ranges::sort(open, {}, [this](std::uint32_t flow) { return flows_[flow].id; });
        return open;
    }
    std::vector<std::uint32_t> places(next_id_ - oldest, no_flow);
    for (const std::uint32_t flow : open)
        places[flows_[flow].id - oldest] = flow;
    std::erase(places, no_flow);
    return places;
}

void FlowTable::finish()
{
    const std::vector<std::uint32_t> open = open_by_number();
    for (std::size_t i = 0; i < open.size(); ++i) {
        if (i + far < open.size())
            flows_.fetch(open[i + far]);
        if (i + near < open.size())
            hooks_.soon_ended(flows_[open[i + near]]);
        if (i + nearest < open.size())
            hooks_.sooner_ended(flows_[open[i + nearest]]);
        hooks_.ended(flows_[open[i]]);
        flows_.empty(open[i]);  // what it held goes now, not all at once
    }
    slots_.assign(first_slots, {});
    mask_ = first_slots - 1;
    flows_.clear();
    wheel_.clear();
    earliest_ = 0;
}

}  // namespace waybill
