#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

#include "analyze/flow/flow_record.h"
#include "base/huge_pages.h"

namespace waybill {

/// Holds flow records at indexes that stay theirs; memory grows by blocks and is used again, never moved.
class FlowSlab {
public:
    /// A fresh record's index.
    std::uint32_t take();

    /// Empties the record and keeps its place for another.
    void give_back(std::uint32_t flow);
    /// Empties the record, which stays taken.
    void empty(std::uint32_t flow);

    /// Not checked: who has an index got it from take().
    FlowRecord& operator[](std::uint32_t flow)
    {
        const std::size_t block = block_of(flow);
        return *std::next(blocks_[block].data(), flow - start_of(block));
    }
    const FlowRecord& operator[](std::uint32_t flow) const
    {
        const std::size_t block = block_of(flow);
        return *std::next(blocks_[block].data(), flow - start_of(block));
    }

    /// Asks for the record's memory, so that it is there when it is read a little later.
    void fetch(std::uint32_t flow) const
    {
        const auto lines = std::as_bytes(std::span{&(*this)[flow], 1});
        for (std::size_t at = 0; at < lines.size(); at += cache_line_octets)
            __builtin_prefetch(&lines[at]);
    }

    std::size_t size() const { return used_; }
    std::uint32_t places() const { return fresh_; }  ///< indexes below it have a record, in use or not

private:
    static constexpr std::uint32_t first_flows = 1024;
    static constexpr std::size_t max_blocks = 23;  // for all indexes of 32 bits
    static constexpr std::size_t cache_line_octets = 64;

    /// Its capacity is what the block holds from the start, so its records never move; they are made one by one, for a
    /// page that is not touched costs nothing.
    using Block = std::vector<FlowRecord, HugePageAllocator<FlowRecord>>;

    /// The first two blocks hold first_flows each, every other twice what the one before it holds.
    static std::size_t block_of(std::uint32_t flow)
    {
        return static_cast<std::size_t>(std::bit_width(flow / first_flows));
    }
    static std::uint32_t start_of(std::size_t block) { return block == 0 ? 0 : first_flows << (block - 1); }

    std::array<Block, max_blocks> blocks_;
    std::vector<std::uint32_t> free_;
    std::size_t used_ = 0;
    std::uint32_t fresh_ = 0;  // indexes from here on were never used
};

}  // namespace waybill
