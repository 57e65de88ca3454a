#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "analyze/flow/flow_record.h"

namespace waybill {

/// Holds flow records at indexes that stay theirs. Room for the most that there can be is reserved at once, of which a
/// page costs nothing until it is touched. Where so much is not granted (RLIMIT_AS, vm.overcommit_memory of 2), room
/// grows with the flows, and take() may move the records.
class FlowSlab {
public:
    explicit FlowSlab(std::size_t most_flows);

    /// A fresh record's index.
    std::uint32_t take();

    /// Empties the record and keeps its place for another.
    void give_back(std::uint32_t flow);
    /// Empties the record, which stays taken.
    void empty(std::uint32_t flow);

    /// Not checked: who has an index got it from take().
    FlowRecord& operator[](std::uint32_t flow) { return *std::next(records_.data(), flow); }
    const FlowRecord& operator[](std::uint32_t flow) const { return *std::next(records_.data(), flow); }

    /// Asks for the record's memory, so that it is there when it is read a little later.
    void fetch(std::uint32_t flow) const
    {
        const auto lines = std::as_bytes(std::span{&(*this)[flow], 1});
        for (std::size_t at = 0; at < lines.size(); at += cache_line_octets)
            __builtin_prefetch(&lines[at]);
    }

    void clear();  ///< gives all memory back
    std::size_t size() const { return used_; }
    std::size_t places() const { return records_.size(); }  ///< indexes below it have a record, in use or not

private:
    using Records = std::vector<FlowRecord>;
    static constexpr std::size_t cache_line_octets = 64;

    Records records_;
    std::vector<std::uint32_t> free_;
    std::size_t used_ = 0;
};

}  // namespace waybill
