#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyze/decode/segment.h"
#include "analyze/dissect/side.h"
#include "analyze/dissect/tcp_connection.h"
#include "model/gap.h"

namespace waybill {

struct FlowFacts;

/// What the streams of one analysis share.
struct StreamBudget {
    static constexpr std::size_t max_octets = 64UL << 20U;  ///< held by all streams together
    static constexpr std::size_t max_spare = 64;            ///< buffers of first copies that are kept to be used again
    std::size_t held = 0;
    bool trimmed = false;  ///< missing octets are those that our recorder left out: no gap
    std::vector<std::vector<std::byte>> spare;

    std::vector<std::byte> take_buffer();            ///< empty, perhaps with room from an earlier use
    void give_back(std::vector<std::byte>& buffer);  ///< leaves it empty
};

/// Puts a TCP connection's segments in order and hands the octets to its dissection, each once, as long as that wants
/// any. The first copy of an octet stands; a later one that differs makes the flow ambiguous (as far as the first
/// copies are kept: until they are acknowledged, of each side's first 16 KiB).
class TcpStream {
public:
    static constexpr std::size_t max_held_segments = 64;              ///< of one side, waiting for a hole to be filled
    static constexpr std::uint32_t max_held_octets = 128U << 10U;     ///< likewise
    static constexpr std::uint32_t max_compared_octets = 16U << 10U;  ///< of one side's beginning

    /// All are borrowed for the stream's life.
    TcpStream(DissectContext& context, Port server_port, GapCounters& gaps, StreamBudget& budget)
        : connection_{context, server_port}, gaps_{&gaps}, budget_{&budget}
    {
    }
    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;
    TcpStream(TcpStream&&) = delete;
    TcpStream& operator=(TcpStream&&) = delete;
    ~TcpStream();

    /// One segment of `side`, in capture order. True when its octets were taken, now or to wait for others.
    bool segment(Side side, const Segment& segment, FlowFacts& facts);

    /// Whether octets of that side which come again are compared with their first copy.
    bool compares(Side side) const { return !direction(side).compared.empty(); }

    /// Whether the octets are of a protocol that a trimmed recording keeps: TLS hellos, DNS.
    bool reads_what_is_kept() const { return connection_.reads_hello_or_dns(); }

    /// How many of the segment's captured octets were read, or may be yet: what is behind them tells nothing.
    std::size_t octets_read(Side side, const Segment& segment) const;

    /// The connection or the input ended: what waits behind a hole is handed over after it.
    void finish(FlowFacts& facts);

    /// Whether nothing more can be learnt, so that the stream may be dropped.
    bool done() const
    {
        return directions_[0].compared.empty() && directions_[1].compared.empty() && !connection_.wants(Side::client) &&
               !connection_.wants(Side::server);
    }

    /// Whether the octets say that the other side is the client.
    bool sides_swapped() const { return connection_.sides_swapped(); }

private:
    struct Held {
        std::uint32_t sequence = 0;
        std::uint32_t length = 0;  // octets of the segment; more than were captured where it was cut
        Timestamp time;
        std::vector<std::byte> octets;
    };
    struct Direction {
        std::uint32_t next = 0;   // sequence number of the next octet to hand over
        std::uint32_t begin = 0;  // sequence number of the first octet
        std::uint32_t read = 0;   // sequence number behind the last octet that was read
        bool synchronised = false;
        std::vector<Held> held;  // by sequence number
        std::size_t held_octets = 0;
        std::uint32_t compared_from = 0;  // sequence number of compared[0]
        std::vector<std::byte> compared;  // first copies that are not acknowledged yet
    };

    Direction& direction(Side side) { return directions_[static_cast<std::size_t>(side)]; }
    const Direction& direction(Side side) const { return directions_[static_cast<std::size_t>(side)]; }
    /// A segment's octets, borrowed.
    struct Piece {
        std::uint32_t sequence = 0;
        std::uint32_t length = 0;  // more than the octets where the segment was cut
        Timestamp time;
        Bytes octets;
    };
    bool take(Side side, const Piece& piece, FlowFacts& facts);
    void hand_over(Side side, Bytes octets, std::uint32_t length, Timestamp time, FlowFacts& facts);
    void hold(Side side, const Piece& piece);
    void drain(Side side, FlowFacts& facts);
    void skip_hole(Side side, FlowFacts& facts);
    void drop_held(Direction& direction);
    void compare(Direction& direction, std::uint32_t sequence, Bytes octets, FlowFacts& facts);
    void remember(Direction& direction, Bytes octets);
    void acknowledge(Direction& direction, std::uint32_t acknowledgment);

    TcpConnection connection_;
    std::array<Direction, 2> directions_;
    GapCounters* gaps_;
    StreamBudget* budget_;
};

}  // namespace waybill
