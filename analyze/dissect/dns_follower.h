#pragma once

#include "analyze/dissect/dns_stream.h"
#include "analyze/dissect/follower.h"

namespace waybill {

/// Hands the messages of DNS over TCP, both sides', to the context's sink.
class DnsFollower final : public Follower {
public:
    std::size_t data(Side side, Bytes octets, const Observation& seen) override;
    void missing(Side side, std::uint64_t octets, const Observation& seen) override;
    void finish(const Observation& seen) override;
    bool wants(Side side) const override { return !sides_[side].unsynchronised(); }
    bool handed_over(Side) const override { return false; }

private:
    BothSides<DnsStream> sides_;
};

}  // namespace waybill
