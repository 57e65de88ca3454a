#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/dissect/follower.h"
#include "analyze/dissect/http1_body.h"
#include "wire/http1.h"

namespace waybill {

/// Follows HTTP/1 through a whole connection: names, methods and CONNECT targets of every request, bodies passed over.
///
/// It holds at most one incomplete head a side, and hands both sides over after 2xx to CONNECT or 101, the client's
/// also behind the first half of HTTP/2's preface and where what follows a CONNECT is plainly no request. A side whose
/// message boundaries are lost is counted, and followed again from a run of octets that begins with a request or status
/// line.
class Http1Stream final : public Follower {
public:
    static constexpr std::size_t max_unanswered = 256;  ///< requests remembered for their responses' framing

    std::size_t data(Side side, Bytes octets, const Observation& seen) override;
    void missing(Side side, std::uint64_t octets, const Observation& seen) override;
    void finish(const Observation& seen) override;
    bool wants(Side side) const override { return !handed_over(side); }
    bool handed_over(Side side) const override { return sides_[side].state == State::handed_over; }

private:
    enum class State : std::uint8_t { head, body, lost, handed_over };

    struct Direction {
        std::string held;  // the incomplete head
        Http1Body body;
        State state = State::head;
    };

    std::size_t take_head(Side side, Bytes octets, const Observation& seen);
    std::size_t take_body(Side side, Bytes octets, const Observation& seen);
    bool leaves_http(Side side, std::string_view text) const;
    bool is_no_head(Side side, std::string_view text) const;
    bool take_bare_response();
    void read_head(Side side, std::string_view head, const Observation& seen);
    void read_request(std::string_view head, const Observation& seen);
    void read_response(std::string_view head, const Observation& seen);
    void read_torn_head(Side side, const Observation& seen);
    void start_body(Side side, const std::optional<http1::Framing>& framing, const Observation& seen);
    void lose(Side side, const Observation& seen);
    void resume(Side side, std::string_view text);
    http1::RequestKind answered() const;

    BothSides<Direction> sides_;
    std::vector<http1::RequestKind> unanswered_;
    http1::RequestKind latest_ = http1::RequestKind::other;
    bool unmatched_ = false;    // responses no longer pair with requests in order: the latest request counts
    bool latest_open_ = false;  // the latest request has no final response yet
    bool response_seen_ = false;
};

}  // namespace waybill
