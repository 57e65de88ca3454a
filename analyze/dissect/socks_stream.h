#pragma once

#include <string>

#include "analyze/dissect/follower.h"
#include "wire/socks.h"

namespace waybill {

/// Follows a SOCKS dialogue up to the tunnel it opens, then hands both sides over. Credentials are passed over.
class SocksStream final : public Follower {
public:
    std::size_t data(Side side, Bytes octets, const Observation& seen) override;
    void missing(Side side, std::uint64_t octets, const Observation& seen) override;
    void finish(const Observation& seen) override;
    bool wants(Side side) const override { return state(side) < State::ended; }
    bool handed_over(Side side) const override { return state(side) == State::handed_over; }

private:
    /// In the order of the dialogue.
    enum class State : std::uint8_t { opening, credentials, request, second_reply, ended, handed_over };

    /// Octets taken by one message, 0 when it is not whole yet.
    std::size_t take_client(Bytes message, const Observation& seen);
    std::size_t take_server(Bytes message, const Observation& seen);
    std::size_t take_request(Bytes message, const Observation& seen);
    std::size_t take_reply(Bytes message, const Observation& seen);
    void choose(std::byte method);
    void give_up(const Observation& seen);
    State state(Side side) const { return states_[side]; }

    BothSides<State> states_;
    BothSides<std::string> held_;  // one incomplete message a side
    std::uint8_t version_ = 0;
    socks::Command command_{};
};

}  // namespace waybill
