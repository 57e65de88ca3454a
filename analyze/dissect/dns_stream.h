#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/cursor.h"

namespace waybill {

/// Cuts one direction of DNS over TCP into messages (RFC 1035, 4.2.2; RFC 7766, 8), for the whole connection. Holds at
/// most 65535 + 2 octets, and only those of a message that arrived in pieces.
class DnsStream {
public:
    /// Takes the direction's next octets in order and hands each whole message, without its length, to
    /// `on_message(Bytes)`; the view is borrowed for the call.
    template <typename OnMessage>
    void feed(Bytes octets, OnMessage&& on_message)
    {
        while (const auto message = take(octets))  // each round takes a message off `octets`
            on_message(*message);
    }

    /// Says that the direction's next `count` octets were not captured. Where they end within a message whose length is
    /// known, that message is lost and the next one is found; otherwise the direction is unsynchronised.
    void missing(std::uint64_t count);

    /// True once message boundaries are unknown: after a gap, or at a length that no message has. Later octets are
    /// ignored.
    bool unsynchronised() const { return unsynchronised_; }
    std::uint64_t lost_messages() const { return lost_messages_; }  ///< known to have been there, not seen whole
    std::size_t held_octets() const { return length_have_ + body_.size(); }  ///< of a message not yet whole

private:
    std::optional<Bytes> take(Bytes& octets);
    bool take_length(Bytes& octets);
    std::size_t body_left() const;
    void keep(Bytes part);
    void lose_synchronisation();

    std::array<std::byte, 2> length_{};  // RFC 1035, 4.2.2
    std::size_t length_have_ = 0;
    std::vector<std::byte> body_;
    std::vector<std::byte> whole_;  // the last message that came in pieces, while it is handed out
    std::size_t body_skipped_ = 0;  // octets of a message that a gap spoilt
    bool spoilt_ = false;
    bool unsynchronised_ = false;
    std::uint64_t lost_messages_ = 0;
};

}  // namespace waybill
