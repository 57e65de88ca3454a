#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::quic {

/// A QUIC version as it stands on the wire; any 32 bits may occur (RFC 8999, 5.1; IANA registry "QUIC Versions").
enum class Version : std::uint32_t {};

constexpr Version no_version{0};          ///< marks a Version Negotiation packet (RFC 8999, 6)
constexpr Version version_1{1};           ///< RFC 9000
constexpr Version version_2{0x6b3343cf};  ///< RFC 9369

/// The order in which a version numbers its long packet types.
enum class TypeNumbering : std::uint8_t {
    v1,  ///< Initial 0, 0-RTT 1, Handshake 2, Retry 3 (RFC 9000, 17.2)
    v2,  ///< Retry 0, Initial 1, 0-RTT 2, Handshake 3 (RFC 9369, 3.2)
};

/// How a version writes the frames of an Initial.
enum class FrameDialect : std::uint8_t {
    ietf,    ///< RFC 9000, 19
    google,  ///< of T050 and T051: CRYPTO is 0x08 and PING 0x07, with the fields of RFC 9000, 19
};

/// What a version does in its own way before the handshake.
struct VersionRules {
    std::array<std::byte, 20> initial_salt;  ///< RFC 9001, 5.2
    TypeNumbering numbering;
    std::string_view key_label;  ///< RFC 9001, 5.1; RFC 9369, 3.3.2; without "tls13 "
    std::string_view iv_label;
    std::string_view hp_label;
    FrameDialect frames;
};

/// The rules of a version whose Initials can be opened: 1, 2, drafts 22 to 34, mvfst's, T050 and T051; else null.
const VersionRules* find_rules(Version version);

/// True for 0x?a?a?a?a, which no endpoint speaks: it exercises version negotiation (RFC 9000, 15).
constexpr bool is_reserved(Version version)
{
    return (static_cast<std::uint32_t>(version) & 0x0f0f0f0fU) == 0x0a0a0a0aU;
}

}  // namespace waybill::quic
