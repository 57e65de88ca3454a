#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "analyze/flow/flow_record.h"

namespace waybill {

/// Holds flow records at indexes that stay theirs; memory grows by blocks and is used again, never moved.
class FlowSlab {
public:
    /// A fresh record's index.
    std::uint32_t take();

    /// Empties the record and keeps its place for another.
    void give_back(std::uint32_t flow);

    FlowRecord& operator[](std::uint32_t flow) { return (*blocks_[flow / block_flows])[flow % block_flows]; }
    std::size_t size() const { return used_; }

private:
    static constexpr std::uint32_t block_flows = 1024;
    using Block = std::array<FlowRecord, block_flows>;

    std::vector<std::unique_ptr<Block>> blocks_;
    std::vector<std::uint32_t> free_;
    std::size_t used_ = 0;
    std::uint32_t fresh_ = 0;  // indexes from here on were never used
};

}  // namespace waybill
