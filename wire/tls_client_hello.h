#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "wire/tls_values.h"

namespace waybill::tls {

/// A ClientHello (RFC 8446, 4.1.2; RFC 6347, 4.2.1; RFC 5246, E.2). All views are borrowed from the message.
struct ClientHello {
    HelloTransport transport{};
    HandshakeMessage::Format format = HandshakeMessage::Format::tls;
    std::uint16_t legacy_version = 0;
    std::uint8_t session_id_length = 0;
    U16List cipher_suites;  ///< empty in SSL 2.0's form, whose cipher specs have three octets
    Bytes extensions;       ///< the list without its length; next_extension() walks it

    std::optional<std::string_view> server_name;  ///< the host_name's octets as they stand (RFC 6066, 3)
    bool server_name_offered = false;             ///< the extension is there, whatever it holds
    Bytes alpn;  ///< a checked ProtocolNameList without its length (RFC 7301, 3.1); alpn_names() cuts it
    U16List supported_versions;    ///< RFC 8446, 4.2.1
    U16List supported_groups;      ///< RFC 8446, 4.2.7
    U16List signature_algorithms;  ///< RFC 8446, 4.2.3
    Bytes ec_point_formats;        ///< one octet each (RFC 8422, 5.1.2)
    bool pre_shared_key = false;   ///< RFC 8446, 4.2.11
    bool early_data = false;       ///< RFC 8446, 4.2.10
    bool ech_offered = false;      ///< an outer encrypted_client_hello (RFC 9849, 5): server_name is the outer one
    bool ech_inner = false;        ///< the inner form: this hello was decrypted before it came here
    bool esni_offered = false;     ///< encrypted_server_name of the drafts before ECH

    /// The first part that breaks its RFC although the hello around it can be read: an extension of wrong form or one
    /// that stands twice, or an empty list where one value is the least. That part counts as empty.
    std::optional<ParseError> damage;
};

/// Reads the body of a ClientHello of TLS or QUIC, or of DTLS with its cookie. Allocates nothing.
///
/// A hello without extensions ends after the compression methods (SSL 3.0, TLS 1.0); other octets after its end are
/// an error (RFC 5246, 7.4.1.4).
///
/// Errors: `truncated`; `bad_value` for a session id over 32 octets, cipher suites of an odd length, and octets
/// left over.
std::expected<ClientHello, ParseError> parse_client_hello(Bytes body, HelloTransport transport);

/// Reads a ClientHello in SSL 2.0's form from its version on (RFC 5246, E.2). It has no name.
///
/// Errors: `truncated`; `bad_value` for cipher specs that are none or not of three octets, and octets left over.
std::expected<ClientHello, ParseError> parse_sslv2_client_hello(Bytes body);

/// Reads the ClientHello that an assembler gave. Errors: as above; `unsupported` when it is another message.
std::expected<ClientHello, ParseError> parse_client_hello(const HandshakeMessage& message, HelloTransport transport);

/// One extension (RFC 8446, 4.2).
struct Extension {
    ExtensionType type{};
    Bytes data;              ///< borrowed from the message
    std::size_t offset = 0;  ///< of `data` in the cursor that gave it
};

/// The next extension in `list`, whose end and failure are the cursor's.
Extension next_extension(Cursor& list);

/// The highest version offered, GREASE left out; legacy_version where supported_versions has none. DTLS counts down,
/// so there it is the newest, not the greatest number.
std::uint16_t highest_version(const ClientHello& hello);

/// The application protocols offered, in order, octets as they stand.
std::vector<std::string> alpn_names(const ClientHello& hello);

/// A server_name as text: `\` is doubled, and what is not printable ASCII becomes \DDD; a space, case and a trailing
/// dot stay.
std::string presentation(std::string_view server_name);

}  // namespace waybill::tls
