#pragma once

#include <cstdint>
#include <string>

#include "analyze/dissect/follower.h"
#include "wire/starttls.h"

namespace waybill {

/// Follows a protocol in the clear up to its change to TLS, then hands both sides over.
///
/// Each side changes where its grammar says so: behind the server's consent, or, where that was not seen, at octets
/// that begin like TLS. Without a change within max_octets a side is no longer wanted.
class StarttlsStream final : public Follower {
public:
    static constexpr std::uint32_t max_octets = 65536;  ///< a side's octets before the change; ours

    explicit StarttlsStream(starttls::Dialect dialect) : dialect_{dialect} {}

    std::size_t data(Side side, Bytes octets, const Observation& seen) override;
    void missing(Side side, std::uint64_t octets, const Observation& seen) override;
    void finish(const Observation&) override {}
    bool wants(Side side) const override { return !sides_[side].ended && !sides_[side].handed_over; }
    bool handed_over(Side side) const override { return sides_[side].handed_over; }

private:
    struct Direction {
        std::string held;  // the incomplete unit
        std::uint32_t octets = 0;
        bool ended = false;
        bool handed_over = false;
    };

    std::size_t take_unit(Side side, Bytes octets);
    std::size_t measure(Side side, Bytes octets) const;
    void read_unit(Side side, Bytes unit);

    BothSides<Direction> sides_;
    starttls::Dialect dialect_;
    bool asked_ = false;
};

}  // namespace waybill
