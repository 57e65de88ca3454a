#pragma once

#include <string>

#include "analyze/dissect/follower.h"

namespace waybill {

/// Reads both identification strings of an SSH connection, and nothing after them.
class SshStream final : public Follower {
public:
    std::size_t data(Side side, Bytes octets, const Observation& seen) override;
    void missing(Side side, std::uint64_t octets, const Observation& seen) override;
    void finish(const Observation&) override {}
    bool wants(Side side) const override { return !sides_[side].done; }
    bool handed_over(Side) const override { return false; }

private:
    struct Direction {
        std::string held;
        bool done = false;
    };

    BothSides<Direction> sides_;
};

}  // namespace waybill
