#pragma once

#include <cstdint>
#include <memory>

#include "analyze/dissect/observation.h"
#include "analyze/dissect/side.h"
#include "base/cursor.h"
#include "wire/tls_client_hello.h"
#include "wire/tls_hello_assembler.h"

namespace waybill {

/// Writes what a ClientHello says into a flow's facts, whatever carried it: name, fingerprint, ECH, state.
void add_client_hello(const tls::ClientHello& hello, NameSource source, const Observation& seen);

/// Reads the clear start of TLS on one connection: ClientHello, ServerHello, and both again after a HelloRetryRequest.
/// It allocates nothing for a hello that comes in one piece.
class TlsStream {
public:
    static constexpr std::uint32_t max_octets_after_hello =
        65536;  ///< 0-RTT that may stand before a second ClientHello

    /// Gives how many octets at the end were passed over, since nothing more can be learnt from that side.
    std::size_t data(Side side, Bytes octets, const Observation& seen);
    void missing(Side side, const Observation& seen);
    void finish(const Observation& seen);
    bool wants(Side side) const { return side == Side::client ? !client_done_ : !server_done_; }

private:
    std::size_t client_data(Bytes octets, const Observation& seen);
    std::size_t server_data(Bytes octets, const Observation& seen);
    void take_client_hello(const tls::HandshakeMessage& message, const Observation& seen);
    void take_server_hello(const tls::HandshakeMessage& message, const Observation& seen);
    void note_malformed(const Observation& seen);

    tls::HelloAssembler client_;
    std::unique_ptr<tls::HelloAssembler> server_;  // only for hellos in pieces, and after a HelloRetryRequest
    std::uint32_t octets_after_hello_ = 0;
    std::uint8_t client_hellos_ = 0;
    bool retry_ = false;
    bool client_done_ = false;
    bool server_done_ = false;
};

}  // namespace waybill
