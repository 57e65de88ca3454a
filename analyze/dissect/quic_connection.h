#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/cursor.h"
#include "wire/quic_frames.h"
#include "wire/quic_initial.h"
#include "wire/quic_packet.h"

namespace waybill {

/// One end of a UDP flow. Which of them is the client is found out from what can be opened.
enum class FlowEnd : std::uint8_t { first, second };

/// One UDP payload of a flow; the octets are borrowed for the call.
struct QuicDatagram {
    Bytes octets;                 ///< as far as captured
    std::size_t wire_length = 0;  ///< octets on the wire, at least octets.size()
    FlowEnd from{};
};

enum class QuicState : std::uint8_t {
    more,       ///< the hello may still come
    hello,      ///< the hello is complete: hello() gives it until the next feed()
    truncated,  ///< an Initial that the hello needs was cut by the capture
    malformed,  ///< an authentic Initial holds what it may not, or no ClientHello
    given_up,   ///< a bound was reached without a hello
};

/// What one flow's Initials were worth; a flow without a hello explains itself with it.
struct QuicCounts {
    std::uint16_t opened = 0;        ///< Initials that were opened
    std::uint16_t unopened = 0;      ///< Initials that no derivable key opens
    std::uint16_t cut = 0;           ///< Initials that the capture cut
    std::uint16_t unparsed = 0;      ///< datagrams of which not all octets are packets
    std::uint16_t retries = 0;       ///< Retry packets
    std::uint16_t negotiations = 0;  ///< Version Negotiation packets

    friend bool operator==(const QuicCounts&, const QuicCounts&) = default;
};

/// Finds the ClientHello of one UDP flow that carries QUIC.
///
/// Each Initial is tried with the client's keys: those that worked before, then those of its own Destination
/// Connection ID (a first flight, a flight after Retry or Version Negotiation), then those of the first ID in the
/// packet's version (RFC 9368, 2.3). What the client's keys open is the client's, so the flow's direction need not be
/// known and a flow may begin with the server's packets.
///
/// Memory: about 250 octets and the CRYPTO octets received, at most CryptoAssembler's bounds.
class QuicConnection {
public:
    static constexpr std::uint16_t max_unopened = 16;    ///< a server's first flight before the client's is below 10
    static constexpr std::uint16_t max_datagrams = 256;  ///< a hello of max_octets takes 60 datagrams, if none is lost

    /// Takes the flow's next datagram and gives the state. Once done() it does nothing but end hello()'s view.
    QuicState feed(const QuicDatagram& datagram, quic::InitialOpener& opener);

    QuicState state() const { return state_; }
    bool done() const { return state_ != QuicState::more; }  ///< nothing more will be learnt: the object may go

    /// The ClientHello (RFC 8446, 4.1.2; the message's body without its header of 4 octets) after the one feed() that
    /// completed it, else empty. Valid until the next use of this connection or of its opener.
    Bytes hello() const { return hello_; }

    std::optional<FlowEnd> client() const { return client_; }  ///< known with the first opened Initial
    quic::Version version() const { return version_; }  ///< of the last opened Initial, else of the first long header
    bool ambiguous() const { return crypto_.ambiguous(); }  ///< repeated CRYPTO octets differed from the first ones
    const QuicCounts& counts() const { return counts_; }

private:
    /// Keys and what they were derived from.
    struct Keys {
        quic::Version version{};
        std::uint8_t id_length = 0;
        std::array<std::byte, quic::max_connection_id> id{};
        quic::InitialKeys keys;
        std::uint64_t next_number = 0;

        Bytes connection_id() const { return Bytes{id}.first(id_length); }
    };

    bool may_be_client(FlowEnd end) const { return !client_ || *client_ == end; }
    void read_packets(const QuicDatagram& datagram, quic::InitialOpener& opener);
    void take_packet(const quic::PacketView& packet, FlowEnd from, quic::InitialOpener& opener);
    void take_cut();
    void take_initial(const quic::PacketView& initial, FlowEnd from, quic::InitialOpener& opener);
    std::optional<Bytes> open(const quic::PacketView& initial, quic::InitialOpener& opener);
    std::optional<Bytes> open_with_id(const quic::PacketView& initial, Bytes id, quic::InitialOpener& opener);
    void take_frames(Bytes payload);
    void take_crypto(Bytes crypto);

    std::optional<Keys> keys_;
    quic::CryptoAssembler crypto_;
    Bytes hello_;
    QuicCounts counts_;
    std::uint16_t datagrams_ = 0;
    quic::Version version_{};
    std::optional<FlowEnd> client_;
    QuicState state_ = QuicState::more;
};

}  // namespace waybill
