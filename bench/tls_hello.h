#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/cursor.h"
#include "bench/octet_writer.h"
#include "bench/random.h"

namespace waybill::bench {

/// How one kind of client builds its ClientHello (RFC 8446, 4.1.2). Numbers are IANA's "TLS Parameters".
struct HelloShape {
    std::span<const std::uint16_t> ciphers;
    std::span<const std::uint16_t> extensions;  ///< in the order sent, unless permuted
    std::span<const std::uint16_t> groups;
    std::span<const std::uint16_t> key_shares;  ///< none: TLS 1.2
    std::span<const std::uint16_t> signatures;
    std::span<const std::string_view> alpn;
    bool grease = false;        ///< RFC 8701, as browsers do
    bool permuted = false;      ///< extensions in an order of each connection's own
    std::size_t padded_to = 0;  ///< RFC 7685: octets of the handshake message; 0: no padding
};

enum class TlsClient : std::uint8_t {
    post_quantum,  ///< TLS 1.3 with an X25519MLKEM768 key share: over 1400 octets
    classic,       ///< TLS 1.3 with X25519 alone
    tls12,         ///< TLS 1.2
    quic,          ///< TLS 1.3 inside QUIC, X25519 alone
    quic_post_quantum,
};

/// One of the shapes that such clients have.
const HelloShape& pick_shape(TlsClient client, Random& random);

constexpr std::size_t session_id_octets = 32;

/// What one ClientHello says beside its client's shape; all borrowed for the call.
struct ClientIdentity {
    std::string_view server_name;
    Bytes session_id;
    Bytes connection_id;  ///< the source connection ID for QUIC's transport parameters; empty over TCP
};

/// Writes the ClientHello handshake message (without a record header).
void write_client_hello(OctetWriter& out, const HelloShape& shape, const ClientIdentity& identity, Random& random);

/// What a server answers.
struct ServerChoice {
    bool tls13 = true;
    bool post_quantum = false;  ///< X25519MLKEM768: a key share of 1120 octets
    Bytes session_id;           ///< the client's, sent back; empty in QUIC
};

void write_server_hello(OctetWriter& out, const ServerChoice& choice, Random& random);

}  // namespace waybill::bench
