#pragma once

#include <cstdint>
#include <memory>

#include "analyze/dissect/context.h"
#include "analyze/dissect/detect.h"
#include "analyze/dissect/observation.h"
#include "analyze/dissect/side.h"
#include "analyze/dissect/tls_stream.h"
#include "base/cursor.h"
#include "model/endpoint.h"
#include "model/flow_facts.h"
#include "model/time.h"

namespace waybill {

/// Finds out what one TCP connection speaks, on whatever port, and writes what names something into its flow's facts.
/// What a proxy or a change of protocol carries is found out again: SOCKS, CONNECT, 101, STARTTLS.
///
/// Many live at once, so it is small, and it allocates nothing of its own for TLS whose hellos come in one piece.
/// Memory is bounded: by what an incomplete head, hello or message may take.
class TcpConnection {
public:
    static constexpr std::uint32_t max_unknown_octets = 16384;  ///< of a side, within which a known format must begin
    static constexpr std::uint8_t max_depth = 3;                ///< tunnels in tunnels; more are counted

    /// `server_port` helps where octets tell nothing: port 53 is DNS. The context outlives the connection.
    explicit TcpConnection(DissectContext& context, Port server_port = {});
    TcpConnection(TcpConnection&&) noexcept;
    TcpConnection& operator=(TcpConnection&&) noexcept;
    TcpConnection(const TcpConnection&) = delete;
    TcpConnection& operator=(const TcpConnection&) = delete;
    ~TcpConnection();

    /// Takes all of a side's next octets, borrowed for the call. A run should begin where a segment does: that is where
    /// a lost stream is found again. Gives how many octets at the end were passed over, since nothing more can be
    /// learnt from that side.
    std::size_t data(Side side, Bytes in_order, Timestamp at, FlowFacts& facts);

    /// The side's next `octets` were never captured.
    void missing(Side side, std::uint64_t octets, FlowFacts& facts);

    /// The stream has ended: what was unfinished becomes truncated.
    void finish(FlowFacts& facts);

    /// False when no more octets of that side can tell anything.
    bool wants(Side side) const { return stage_ == Stage::tls ? tls_.wants(role(side)) : wants_unless_tls(side); }

    /// Whether the octets at hand are of TLS's hellos or of DNS: what a recording of metadata keeps as it is.
    bool reads_hello_or_dns() const;

    /// The octets say that who was taken for the client is the server (a capture that began in mid-connection).
    bool sides_swapped() const { return swapped_; }

private:
    enum class Stage : std::uint8_t { detecting, tls, following };
    struct Rare;

    Rare& rare();
    Side role(Side side) const { return swapped_ ? other(side) : side; }
    bool wants_unless_tls(Side side) const;
    std::size_t detect(Side side, Bytes octets, const Observation& seen);
    void start(const Detection& detection);
    std::size_t start_with(const Detection& detection, Side side, Bytes octets, const Observation& seen);
    std::size_t follow(Side role, Bytes octets, const Observation& seen);
    TcpConnection* inner(const Observation& seen);
    Timestamp last() const;

    DissectContext* context_;
    TlsStream tls_;
    std::unique_ptr<Rare> rare_;  // whatever is not TLS from its first octet on
    Port port_;
    Stage stage_ = Stage::detecting;
    std::uint8_t depth_ = 0;
    bool swapped_ = false;
};

static_assert(sizeof(TcpConnection) <= 136);

}  // namespace waybill
