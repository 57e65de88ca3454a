#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/cursor.h"

namespace waybill::tls {

/// Where a hello travels; DTLS adds a cookie to it, QUIC carries it without records (RFC 9001, 4).
enum class HelloTransport : std::uint8_t { tls, quic, dtls };

/// IANA "TLS ContentType"; other values stay as they are.
enum class ContentType : std::uint8_t {
    invalid = 0,
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
    heartbeat = 24,
    tls12_cid = 25,
    ack = 26,
};

/// IANA "TLS HandshakeType"; other values stay as they are.
enum class HandshakeType : std::uint8_t {
    hello_request = 0,
    client_hello = 1,
    server_hello = 2,
    hello_verify_request = 3
};

/// IANA "TLS ExtensionType Values", those that are read here; other values stay as they are.
enum class ExtensionType : std::uint16_t {
    server_name = 0,
    supported_groups = 10,
    ec_point_formats = 11,
    signature_algorithms = 13,
    application_layer_protocol_negotiation = 16,
    pre_shared_key = 41,
    early_data = 42,
    supported_versions = 43,
    encrypted_client_hello = 0xfe0d,
    encrypted_server_name = 0xffce,  // draft-ietf-tls-esni-06 and before
};

/// A handshake message without its header.
struct HandshakeMessage {
    /// sslv2 is a ClientHello in the form of RFC 5246, E.2; its body starts at the version too.
    enum class Format : std::uint8_t { tls, sslv2 };

    HandshakeType type{};
    Format format = Format::tls;
    Bytes body;  ///< borrowed: see who gives it
};

/// The sixteen values 0x0A0A, 0x1A1A, … 0xFAFA that a client adds at random and no one means (RFC 8701, 2).
constexpr bool is_grease(std::uint16_t value)
{
    return (value & 0x0f0fU) == 0x0a0aU && value >> 8U == (value & 0xffU);
}

/// Whether one of four values may be GREASE: false is sure, true is to be looked at. Their byte order does not matter.
constexpr bool may_hold_grease(std::uint64_t values)
{
    // Where both octets have 0xA in their low half, the sixteen bits of difference are zero, and taking one from zero
    // sets the highest.
    const std::uint64_t differing = (values & 0x0f0f0f0f0f0f0f0f) ^ 0x0a0a0a0a0a0a0a0a;
    return ((differing - 0x0001000100010001) & ~differing & 0x8000800080008000) != 0;
}

/// 16-bit integers as they stand on the wire; an odd last octet is not one of them.
class U16List {
public:
    constexpr U16List() = default;
    constexpr explicit U16List(Bytes octets) : octets_{octets} {}

    constexpr std::size_t size() const { return octets_.size() / 2; }
    constexpr bool empty() const { return size() == 0; }
    constexpr std::uint16_t operator[](std::size_t index) const
    {
        const auto high = std::to_integer<unsigned>(octets_[2 * index]);
        return static_cast<std::uint16_t>(high << 8U | std::to_integer<unsigned>(octets_[2 * index + 1]));
    }

    /// Where the first GREASE value at or behind `begin` stands; size() where there is none.
    std::size_t find_grease(std::size_t begin) const
    {
        for (std::size_t i = begin; i < size();) {
            if (i + values_in_word <= size() && !may_hold_grease(word_at(i)))
                i += values_in_word;
            else if (is_grease((*this)[i]))
                return i;
            else
                ++i;
        }
        return size();
    }

    /// The values' octets, two each.
    constexpr Bytes octets() const { return octets_.first(2 * size()); }

private:
    static constexpr std::size_t values_in_word = sizeof(std::uint64_t) / sizeof(std::uint16_t);

    std::uint64_t word_at(std::size_t index) const
    {
        std::uint64_t word = 0;
        std::memcpy(&word, octets_.subspan(2 * index, sizeof(word)).data(), sizeof(word));
        return word;
    }
    Bytes octets_;  // borrowed from the message
};

/// The octets of the largest hello that is put together: forty times one with ML-KEM-1024 key shares, which are the
/// largest part of any hello today.
constexpr std::size_t max_hello_octets = 65536;

constexpr std::size_t random_octets = 32;          // RFC 8446, 4.1.2
constexpr std::size_t max_session_id_octets = 32;  // RFC 8446, 4.1.2

}  // namespace waybill::tls
