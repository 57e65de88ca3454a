#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/cursor.h"
#include "model/flow_facts.h"
#include "wire/tls_values.h"

namespace waybill::tls {

/// A ServerHello (RFC 8446, 4.1.3; RFC 5246, 7.4.1.3), of TLS, QUIC or DTLS. Views are borrowed from the message.
struct ServerHello {
    std::uint16_t legacy_version = 0;
    std::uint16_t version = 0;  ///< the selected one: supported_versions' where that is, else legacy_version
    std::uint16_t cipher_suite = 0;
    std::optional<std::string_view> alpn;  ///< the selected protocol; TLS 1.3 has it encrypted
    bool hello_retry_request = false;      ///< RFC 8446, 4.1.3: a second ClientHello follows
};

/// Reads the body of a ServerHello. One without extensions ends after the compression method.
///
/// Errors: `truncated`; `bad_value` for a session id over 32 octets, an extension that is read here of wrong form or
/// twice, and octets left over; `unsupported` for a legacy_version of 0x7f.. (drafts of TLS 1.3 had another form).
std::expected<ServerHello, ParseError> parse_server_hello(Bytes body);

/// What of it goes into a flow's facts.
ServerHelloFacts facts(const ServerHello& hello);

}  // namespace waybill::tls
