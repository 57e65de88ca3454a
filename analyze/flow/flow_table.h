#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <vector>

#include "analyze/flow/flow_key.h"
#include "analyze/flow/flow_limits.h"
#include "analyze/flow/flow_slab.h"
#include "analyze/flow/timer_wheel.h"
#include "base/huge_pages.h"
#include "model/gap.h"
#include "wire/transport.h"

namespace waybill {

/// The open flows, found by key: open addressing with 32-bit hashes beside indexes into a slab of records.
///
/// Flows end, and the hook is called for each, in an order that depends on the packets alone: when packet time passes a
/// flow's idle time, when a new connection takes its key, at the bound, and the rest at the end by number.
class FlowTable {
public:
    struct Hooks {
        std::function<void(FlowRecord&)> ended;
        std::function<void(const FlowRecord&)> soon_ended;    ///< perhaps: a moment to ask for memory, nothing more
        std::function<void(const FlowRecord&)> sooner_ended;  ///< likewise, a second one
    };

    FlowTable(const FlowLimits& limits, GapCounters& gaps, Hooks hooks);

    /// Where a segment's flow is looked for.
    struct Look {
        KeyedSegment keyed;
        std::uint32_t hash = 0;
    };

    /// Begins to look for the flow of a segment that will come soon: its place in the table is asked for.
    Look look(const Segment& segment) const
    {
        Look look{key_of(segment), 0};
        look.hash = hash_of(look.keyed.key, seed_);
        __builtin_prefetch(&slot(look.hash));
        return look;
    }

    /// Goes on a little later: the flow's record is asked for, if there seems to be one.
    void fetch(const Look& look) const
    {
        const Slot& first = slot(look.hash);
        if (first.hash == look.hash && first.flow != no_flow)
            flows_.fetch(first.flow);
    }

    /// The flow of a segment, a new one where none is open, good until the next call; ends those whose time is over.
    FlowRecord& find_or_create(const Look& look, const Segment& segment, bool& is_new)
    {
        if (segment.time >= second_end_ || !has_time_) [[unlikely]]
            advance(segment.time);
        const Found found = find(look.keyed.key, look.hash);
        if (found.record != nullptr && is_surely_open(*found.record, segment)) [[likely]] {
            latest_ = found.flow;
            is_new = false;
            return *found.record;
        }
        return open_or_replace(look, segment, found, is_new);
    }

    /// Ends a segment's flow, where one is open and `is_over` says so of it.
    void end_if(const Look& look, const std::function<bool(const FlowRecord&)>& is_over);

    /// The flow that find_or_create() gave last has come to its RST or second FIN: it ends `after_end` later.
    void bring_forward();

    /// Ends every open flow, by number.
    void finish();

    void for_each_open(const std::function<void(const FlowRecord&)>& function) const;  // in no set order

    std::uint64_t flows_begun() const { return next_id_ - 1; }
    std::size_t open_flows() const { return flows_.size(); }

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t flow = no_flow;
    };
    using Slots = std::vector<Slot, HugePageAllocator<Slot>>;
    /// Of any number, modulo how many there are: not checked again.
    const Slot& slot(std::size_t at) const { return *std::next(slots_.data(), as_distance(at & mask_)); }
    Slot& slot(std::size_t at) { return *std::next(slots_.data(), as_distance(at & mask_)); }
    static std::ptrdiff_t as_distance(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }
    struct Found {
        std::uint32_t flow = no_flow;
        FlowRecord* record = nullptr;
    };
    Found find(const FlowKey& key, std::uint32_t hash)
    {
        for (std::size_t at = hash; slot(at).flow != no_flow; ++at) {  // it is never full
            if (slot(at).hash != hash)
                continue;
            FlowRecord& record = flows_[slot(at).flow];
            if (record.key == key)
                return {slot(at).flow, &record};
        }
        return {};
    }
    /// No look at its deadline is needed. Unsigned: a hostile capture's times may be further apart than durations say.
    bool is_surely_open(const FlowRecord& record, const Segment& segment) const
    {
        const auto passed = static_cast<std::uint64_t>(segment.time.time_since_epoch().count()) -
                            static_cast<std::uint64_t>(record.last.time_since_epoch().count());
        return (segment.time <= record.last || passed < static_cast<std::uint64_t>(shortest_.count())) &&
               (segment.transport != Transport::tcp || !segment.has_flag(TcpHeader::syn));
    }
    FlowRecord& open_or_replace(const Look& look, const Segment& segment, Found known, bool& is_new);
    std::size_t free_slot(std::uint32_t hash) const;
    std::size_t slot_of(std::uint32_t flow) const;
    std::uint32_t create(const Look& look, const Segment& segment);
    bool is_over(const FlowRecord& record, const Segment& segment) const;
    std::int64_t deadline(const FlowRecord& record) const;
    std::int64_t next_look(const FlowRecord& record, std::int64_t after) const;
    void end(std::uint32_t flow);
    void advance(Timestamp now);
    void schedule(std::uint32_t flow, std::int64_t second);
    void expire_second(std::int64_t second);
    void fetch_ahead(const TimerWheel::Bucket& bucket) const;
    void evict_one();
    void grow();
    std::vector<std::uint32_t> open_by_number() const;

    FlowLimits limits_;
    std::chrono::nanoseconds shortest_;  // of the limits
    GapCounters* gaps_;
    Hooks hooks_;
    FlowSlab flows_;
    TimerWheel wheel_;
    Slots slots_;  // a power of two of them, at most half in use
    std::size_t mask_ = 0;
    std::uint64_t seed_;
    std::uint64_t next_id_ = 1;
    std::uint32_t latest_ = no_flow;  // what find_or_create() gave last
    std::int64_t now_second_ = 0;
    Timestamp second_end_;       // the first moment after it
    std::int64_t earliest_ = 0;  // no flow's timer stands in a second between now and this one
    bool has_time_ = false;
};

}  // namespace waybill
