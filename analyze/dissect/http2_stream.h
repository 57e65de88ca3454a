#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyze/dissect/follower.h"
#include "wire/hpack.h"
#include "wire/http2.h"

namespace waybill {

/// Follows HTTP/2 in the clear through a whole connection (RFC 9113): :authority and :method of every request, those
/// that a server promises included. The client's octets start with the
/// preface, or with what is left of it when its first half was read as a request's head.
///
/// Payload that names nothing is passed over by length. It holds at most one header block and one field table a side.
/// A lost header block leaves the side readable, but for fields that refer to it; lost frame headers end the side.
class Http2Stream final : public Follower {
public:
    std::size_t data(Side side, Bytes octets, const Observation& seen) override;
    void missing(Side side, std::uint64_t octets, const Observation& seen) override;
    void finish(const Observation& seen) override;
    bool wants(Side side) const override { return sides_[side].state != State::ended; }
    bool handed_over(Side) const override { return false; }

private:
    enum class State : std::uint8_t { preface, frame_header, block, skipped, ended };

    struct Direction {
        hpack::Decoder fields;
        std::vector<std::byte> payload;  // of the current frame of a header block
        std::vector<std::byte> block;    // fragments of the current header block
        std::array<std::byte, http2::frame_header_octets> header{};
        std::size_t held = 0;  // octets of the preface or the frame header so far
        http2::FrameHeader frame;
        std::uint32_t left = 0;          // octets of the payload still to come
        std::uint32_t block_stream = 0;  // the stream of an unended block; 0 when there is none
        bool block_is_promise = false;
        bool block_lost = false;  // octets of the current block are missing
        State state = State::frame_header;
    };

    std::size_t take_preface(Direction& client, Bytes octets, const Observation& seen);
    std::size_t take_frame_header(Direction& direction, Bytes octets, const Observation& seen);
    std::size_t take_payload(Direction& direction, Bytes octets, const Observation& seen);
    void end_frame(Direction& direction, const Observation& seen);
    void add_fragment(Direction& direction, const Observation& seen);
    void end_block(Direction& direction, const Observation& seen);
    void lose(Direction& direction, const Observation& seen);

    BothSides<Direction> sides_{make_client(), Direction{}};

    static Direction make_client();
};

}  // namespace waybill
