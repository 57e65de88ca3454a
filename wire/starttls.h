#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/cursor.h"

/// Protocols that begin in the clear and change to TLS at a command: what tells them, the command, and its answer.
namespace waybill::starttls {

enum class Dialect : std::uint8_t {
    smtp,        ///< RFC 3207; LMTP too
    imap,        ///< RFC 9051, 6.2.1
    pop3,        ///< RFC 2595, 4
    ftp,         ///< RFC 4217, 4
    irc,         ///< the IRCv3 "tls" capability
    xmpp,        ///< RFC 6120, 5
    ldap,        ///< RFC 4511, 4.14
    postgresql,  ///< the protocol's SSLRequest
};

constexpr std::size_t max_unit_octets = 1024;  ///< one line, tag or message; SMTP's line has 512 (RFC 5321, 4.5.3.1)

/// How a dialect cuts its octets into units.
enum class Cut : std::uint8_t { line, tag, message };
Cut cut_of(Dialect dialect);

/// The octets of the unit at the start, its end included: a line with its LF, an XML tag with its '>', an LDAP or
/// PostgreSQL message. Nothing while it has not ended, or where there is none.
std::optional<std::size_t> measure_unit(Dialect dialect, Bytes octets);

enum class Likeness : std::uint8_t { no, undecided, yes };

struct Recognition {
    Likeness likeness = Likeness::no;
    Dialect dialect{};  ///< for yes

    friend bool operator==(const Recognition&, const Recognition&) = default;
};

/// Tells a dialect by what a server says first.
Recognition recognise_server(std::string_view text);

/// Tells a dialect by what a client says first, or says first that tells.
Recognition recognise_client(Bytes octets);

/// Whether this unit of the client asks for TLS.
bool asks_for_tls(Dialect dialect, Bytes unit);

enum class Answer : std::uint8_t { other, accepted, refused };

/// What this unit of the server says to that. With PostgreSQL it is the one octet S or N.
Answer answer_of(Dialect dialect, Bytes unit);

}  // namespace waybill::starttls
