#pragma once

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "base/cursor.h"
#include "wire/quic_packet.h"
#include "wire/quic_version.h"

namespace waybill::quic {

enum class Sender : std::uint8_t { client, server };

/// What protects the Initials of one sender (RFC 9001, 5.1). Whoever sees the client's first packet can derive it.
struct InitialKeys {
    std::array<std::byte, 16> key{};  ///< AEAD_AES_128_GCM
    std::array<std::byte, 12> iv{};
    std::array<std::byte, 16> hp{};  ///< header protection, AES-128

    friend bool operator==(const InitialKeys&, const InitialKeys&) = default;
};

struct OpenedInitial {
    std::uint64_t packet_number = 0;
    Bytes payload;  ///< the frames; borrowed from the opener, valid until its next open()
};

enum class OpenError : std::uint8_t {
    cut,            ///< the capture ends inside the packet
    not_authentic,  ///< the keys are not this packet's, or it was damaged
};

/// Opens Initial packets with the keys that RFC 9001, 5.2 derives from the packets themselves; no secret is involved.
///
/// It holds libcrypto's contexts and one packet's plaintext, so that nothing is looked up or allocated for a packet:
/// one opener serves all flows of a thread. The member functions throw std::runtime_error when libcrypto itself fails.
class InitialOpener {
public:
    /// Throws std::runtime_error when libcrypto offers no SHA-256 or AES-128.
    InitialOpener();

    /// The keys that `sender` uses in a connection whose client chose `destination_id` for its first Initial, or
    /// after a Retry the Retry's Source Connection ID. Nothing for a version without known rules or an ID that is
    /// longer than max_connection_id.
    std::optional<InitialKeys> derive_keys(Version version, Bytes destination_id, Sender sender);

    /// Removes the protection of `initial`, a packet of type Initial (RFC 9001, 5.3 and 5.4). `next_number` is one more
    /// than the greatest packet number that was opened with these keys, or 0 (RFC 9000, A.3).
    std::expected<OpenedInitial, OpenError> open(const InitialKeys& keys, const PacketView& initial,
                                                 std::uint64_t next_number = 0);

private:
    using Secret = std::array<std::byte, 32>;
    struct Free {
        void operator()(EVP_MD* digest) const;
        void operator()(EVP_MD_CTX* context) const;
        void operator()(EVP_CIPHER_CTX* context) const;
    };

    Secret hmac(Bytes key, Bytes message);
    void hash(Bytes padded_key, Bytes message, Secret& out);
    Secret expand_label(const Secret& secret, std::string_view label, std::uint8_t length);
    std::array<std::byte, 16> header_mask(const InitialKeys& keys, Bytes sample);
    bool decrypt(const InitialKeys& keys, std::uint64_t packet_number, Bytes header, Bytes sealed);

    std::unique_ptr<EVP_MD, Free> sha256_;
    std::unique_ptr<EVP_MD_CTX, Free> hash_;
    std::unique_ptr<EVP_CIPHER_CTX, Free> aes_ecb_;
    std::unique_ptr<EVP_CIPHER_CTX, Free> aes_gcm_;
    std::vector<std::byte> header_;
    std::vector<std::byte> plaintext_;
};

}  // namespace waybill::quic
