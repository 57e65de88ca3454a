#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyze/decode/fragments.h"
#include "analyze/decode/segment.h"
#include "model/gap.h"
#include "model/packet.h"
#include "wire/link_layer.h"

namespace waybill {

/// Reads the headers of packets, tunnels included, and puts IP fragments together.
class Decoder {
public:
    static constexpr std::uint8_t max_tunnel_depth = 8;  ///< deeper nesting is a counted gap
    static constexpr int max_headers = 32;               ///< tags, labels and headers of one packet, all depths

    /// `gaps` is borrowed for the decoder's life.
    explicit Decoder(GapCounters& gaps) : gaps_{&gaps}, fragments_{gaps} {}

    /// The packet's segments, outermost first; none for what is not IP or a fragment that completes nothing. Fragments
    /// that were given up may come before them. Borrowed until the next call.
    std::span<const Segment> decode(const Packet& packet);

    /// What is known of the datagrams that stay incomplete at the input's end.
    std::span<const Segment> finish();

    /// A fragment's place in the packet that was decoded last.
    struct Piece {
        Bytes
            payload;  ///< behind the headers, a first fragment's transport header among them; borrowed from the packet
        Transport transport = Transport::other;
        Port source_port{};  ///< 0 like the other where the first fragment is not known
        Port destination_port{};
    };
    const std::optional<Piece>& piece() const { return piece_; }

private:
    /// A layer yet to be read, and the frame that it stands in.
    struct Layer {
        LayerPayload content;
        std::size_t frame_octets = 0;   ///< captured octets of the frame at this depth
        std::uint64_t wire_length = 0;  ///< octets of the outermost frame, or of all frames of a datagram
        std::uint64_t announced = 0;    ///< octets of the frame at this depth, as the headers around it say
        std::uint8_t depth = 0;
    };

    std::span<const Segment> walk(const Packet& packet);
    void walk_layers(Layer layer, Timestamp time);
    std::optional<Layer> read_ip(const Layer& layer, Timestamp time);
    std::optional<Layer> read_transport(const IpPacket& ip, Segment segment);
    void read_tcp(const IpPacket& ip, Segment segment);
    std::optional<Layer> read_udp(const IpPacket& ip, Segment segment);
    std::optional<Layer> inner_layer(const std::optional<LayerPayload>& inner, const Segment& outer,
                                     Bytes outer_payload, std::uint32_t outer_length);
    void add_unreadable(const IpPacket& ip, Segment segment);
    void add_abandoned();
    void note_piece(const IpPacket& fragment, Bytes front);

    GapCounters* gaps_;
    FragmentTable fragments_;
    std::optional<FragmentTable::Datagram> datagram_;  // keeps the octets of a datagram put together
    std::vector<FragmentTable::Datagram> abandoned_;   // likewise
    std::optional<Piece> piece_;
    std::vector<Segment> segments_;
    Segment plain_;  // of a packet whose headers are the plainest
};

}  // namespace waybill
