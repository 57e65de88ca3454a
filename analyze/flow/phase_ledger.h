#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyze/flow/flow_record.h"
#include "analyze/flow/flow_table.h"
#include "model/gap.h"
#include "model/time.h"

namespace waybill {

/// Divides what flows send by the phases of a recording. A flow counts as if there were none; where a phase begins,
/// what each open flow has sent since it was last looked at is noted down as the phase's that ends. So packets cost
/// nothing, but for those that stand behind a later phase's.
class PhaseLedger {
public:
    /// `begins`: when the phases after the first one begin, in the order of time. At most `max_parts` parts of flows
    /// are held; what would be more counts to no phase, which is a gap.
    PhaseLedger(std::vector<Timestamp> begins, GapCounters& gaps, std::size_t max_parts = default_max_parts);

    static constexpr std::size_t default_max_parts = 4'194'304;

    /// What one flow sent in one phase, by End.
    struct Part {
        std::uint32_t phase = 0;
        std::array<SentCounts, 2> sent;
    };

    bool divides() const { return !begins_.empty(); }
    bool is_later(Timestamp time) const { return time >= end_ && phase_ < begins_.size(); }  // end_ can be a time, too
    bool is_earlier(Timestamp time) const { return time < begin_; }

    /// Goes on to the phase of a packet that is_later(), and is counted then.
    void advance(Timestamp time, const FlowTable& flows);

    /// Notes down a packet that is_earlier() and has just been counted.
    void add_earlier(const FlowRecord& record, End sender, const SentCounts& packet, Timestamp time);

    /// What the flow, which ends, sent in each phase, in their order; forgets it.
    std::vector<Part> take(const FlowRecord& record);

private:
    struct Entry {
        std::array<SentCounts, 2> noted;  // in all parts together
        std::vector<Part> parts;          // in no order
    };

    void enter(std::uint32_t phase);
    std::uint32_t phase_at(Timestamp time) const;
    void note_down(const FlowRecord& record);
    SentCounts* part_of(Entry& entry, std::uint32_t phase, End end);

    std::vector<Timestamp> begins_;
    GapCounters* gaps_;
    std::size_t max_parts_;
    std::uint32_t phase_ = 0;
    Timestamp begin_ = Timestamp::min();  // of the phase
    Timestamp end_ = Timestamp::max();
    std::size_t parts_ = 0;
    std::unordered_map<std::uint64_t, Entry> entries_;  // by flow id
};

}  // namespace waybill
