#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/frame.h"
#include "bench/octet_writer.h"
#include "bench/quic_packet.h"

namespace waybill::bench {

/// What fills the payload of a step's packets.
enum class Content : std::uint8_t {
    message,      ///< octets of Script::messages()
    random,       ///< any octets
    tls_records,  ///< application data records that fill the run exactly
    quic_short,   ///< 1-RTT packets (RFC 9000, 17.3.1)
};

/// One packet, or a run of them from one end with acknowledgements of the other.
struct Step {
    Direction direction = Direction::out;
    Content content = Content::message;
    std::uint8_t flags = 0;              ///< TCP only
    std::uint8_t acknowledge_every = 0;  ///< packets of a run; 0: none
    std::uint32_t sequence = 0;          ///< relative: 0 is the SYN's; TCP only
    std::uint32_t octets = 0;            ///< payload of the whole step
    std::uint32_t message_at = 0;        ///< where the octets begin in messages()
    std::uint32_t gap = 0;               ///< microseconds until the next packet
};

/// How a run of packets is sent.
struct Run {
    Content content = Content::random;
    std::uint64_t octets = 0;
    std::uint8_t acknowledge_every = 2;
    std::uint32_t gap = 0;  ///< microseconds between packets
};

/// What a conversation says, as the truth counts it.
struct Said {
    std::uint32_t tls_hellos = 0;
    std::uint32_t quic_hellos = 0;
    std::uint32_t split_hellos = 0;  ///< of both kinds: over two segments or two Initial packets
    std::uint32_t dns_queries = 0;
    std::uint32_t dns_responses = 0;
    std::uint32_t http_requests = 0;
    bool http_host = false;
};

/// The packets of one flow in order, as a list of steps that is small however many packets there are.
class Script {
public:
    Script(Frames frames, std::uint32_t segment_octets) : frames_{frames}, segment_octets_{segment_octets} {}

    const Frames& frames() const { return frames_; }
    std::uint32_t segment_octets() const { return segment_octets_; }
    std::span<const Step> steps() const { return steps_; }
    Bytes messages() const { return messages_; }
    std::uint64_t wire_octets() const;  ///< of the file: record headers, frames

    OctetWriter writer() { return OctetWriter{messages_}; }
    std::size_t mark() const { return messages_.size(); }  ///< where the next message begins

    void handshake(std::uint32_t round_trip);
    void finish(std::uint32_t round_trip);
    /// Sends what was written since `from`, in segments; `gap` follows the last one. Gives the number of packets.
    std::uint32_t send(Direction direction, std::size_t from, std::uint32_t gap);
    void acknowledge(Direction direction, std::uint32_t gap);
    void run(Direction direction, const Run& run, std::uint32_t gap_after);
    void swap_last_two();  ///< as a network that reorders
    void repeat_last();    ///< as a retransmission

    std::array<ConnectionId, 2> connection_ids{};  ///< of client and server; QUIC only
    Said said;

private:
    Step& push(const Step& step);

    Frames frames_;
    std::uint32_t segment_octets_;
    std::vector<Step> steps_;
    std::vector<std::byte> messages_;
    std::array<std::uint32_t, 2> position_{};  ///< relative sequence numbers
};

/// Writes those headers of a tls_records step that fall into the part of it which starts at `progress`.
void write_record_headers(std::span<std::byte> part, std::uint32_t progress, std::uint32_t octets);

constexpr std::uint32_t quic_acknowledgement_octets = 35;
constexpr std::uint32_t tls_record_octets = 5 + 16401;  ///< of a full TLS 1.3 record (RFC 8446, 5.2)

}  // namespace waybill::bench
