#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "analyze/flow/flow_key.h"
#include "analyze/flow/flow_slab.h"
#include "analyze/flow/timer_wheel.h"
#include "model/gap.h"

namespace waybill {

/// When a flow is over, in packet time.
struct FlowLimits {
    std::chrono::seconds tcp_idle{3600};
    std::chrono::seconds other_idle{300};
    std::chrono::seconds after_end{60};  ///< stragglers after RST or both FINs still belong to the flow
    std::size_t max_flows = 1'048'576;   ///< open at once; the one nearest to its idle end goes first
};

/// The open flows, found by key: open addressing with 32-bit hashes beside indexes into a slab of records.
///
/// Flows end, and `ended` is called for each, in an order that depends on the packets alone: when packet time passes a
/// flow's idle time, when a new connection takes its key, at the bound, and the rest at the end by number.
class FlowTable {
public:
    using Ended = std::function<void(FlowRecord&)>;

    FlowTable(const FlowLimits& limits, GapCounters& gaps, Ended ended);

    /// The flow of a segment, a new one where none is open; ends those whose time is over. The reference is good until
    /// the next call.
    FlowRecord& find_or_create(const KeyedSegment& keyed, const Segment& segment, bool& is_new);

    /// To be called when a flow has come to its RST or second FIN: it then leaves the table after `after_end`, not
    /// after the idle time that its last packet promised.
    void bring_forward(const FlowRecord& record);

    /// Ends every open flow, by number.
    void finish();

    std::uint64_t flows_begun() const { return next_id_ - 1; }
    std::size_t open_flows() const { return flows_.size(); }

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t flow = no_flow;
    };

    std::size_t find_slot(const FlowKey& key, std::uint32_t hash);
    std::uint32_t create(const KeyedSegment& keyed, const Segment& segment, std::uint32_t hash);
    bool is_over(const FlowRecord& record, const Segment& segment) const;
    std::int64_t deadline(const FlowRecord& record) const;
    void end(std::uint32_t flow);
    void advance(Timestamp now);
    void schedule(std::uint32_t flow, std::int64_t second);
    void expire_second(std::int64_t second);
    void evict_one();
    void grow();

    FlowLimits limits_;
    GapCounters* gaps_;
    Ended ended_;
    FlowSlab flows_;
    TimerWheel wheel_;
    std::vector<Slot> slots_;
    std::uint64_t seed_;
    std::uint64_t next_id_ = 1;
    std::int64_t now_second_ = 0;
    std::int64_t earliest_ = 0;  // no flow's timer stands in a second between now and this one
    bool has_time_ = false;
};

}  // namespace waybill
