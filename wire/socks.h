#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>

#include "base/cursor.h"
#include "base/parse_error.h"
#include "model/address.h"

/// Messages of SOCKS 4, 4a (the protocol notes of their authors) and 5 (RFC 1928, RFC 1929).
///
/// Every parser reads one message at the start of what it is given, tells how many octets that took, and gives
/// `truncated` as long as more octets could complete it. Views point into the octets that were given.
namespace waybill::socks {

constexpr std::size_t max_user_octets = 255;  ///< of SOCKS 4's user id: no document says; RFC 1929's bound
constexpr std::size_t max_host_octets = 255;  ///< RFC 1928, 5; taken for SOCKS 4a too

constexpr std::uint8_t version4 = 4;
constexpr std::uint8_t version5 = 5;

/// RFC 1928, 4; SOCKS 4 has the first two.
enum class Command : std::uint8_t { connect = 1, bind = 2, udp_associate = 3 };

/// The method of RFC 1928, 3 that the dialogue can be followed through; others stay as they are.
enum class Method : std::uint8_t { none = 0, gssapi = 1, user_password = 2, refused = 0xff };

/// A client's request.
struct Request {
    std::uint8_t version = 0;  ///< 4 or 5
    Command command{};
    std::variant<IpAddress, std::string_view> host;  ///< a name stays as it was sent
    std::uint16_t port = 0;
    std::size_t octets = 0;  ///< that the request takes
};

/// Reads a request of either version, by its first octet. User ids are passed over.
///
/// Errors: `truncated`; `bad_value` for another version, command, address type or reserved octet, or an empty name;
/// `too_long` for a user id or a name over its bound.
std::expected<Request, ParseError> parse_request(Bytes octets);

/// "host:port" of a request, IPv6 in brackets (RFC 3986, 3.2.2).
std::string target(const Request& request);

/// The host of a request as text, IPv6 without brackets.
std::string host_text(const Request& request);

/// How many octets a SOCKS 5 client's list of methods takes (RFC 1928, 3). Errors: `truncated`; `bad_value` for
/// another version or an empty list.
std::expected<std::size_t, ParseError> measure_greeting(Bytes octets);

/// Whether `method` stands in a greeting that measure_greeting() accepted.
bool offers(Bytes greeting, Method method);

/// How many octets a request for user and password takes, none of which is looked at (RFC 1929, 2).
/// Errors: `truncated`; `bad_value` for another version.
std::expected<std::size_t, ParseError> measure_credentials(Bytes octets);

struct Reply {
    bool granted = false;
    std::size_t octets = 0;  ///< that the reply takes
};

/// Reads a server's reply to a request of this version. Errors: `truncated`; `bad_value` for what is none.
std::expected<Reply, ParseError> parse_reply(Bytes octets, std::uint8_t version);

}  // namespace waybill::socks
