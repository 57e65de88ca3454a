#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

/// An address (RFC 3986) that a command asks to have opened in a browser. It can hold what signs somebody in, so it is
/// handed on and never kept.
struct AskedAddress {
    static constexpr std::size_t most_octets = 4000;  ///< a line of it goes into a pipe at once (pipe(7), PIPE_BUF)
    static constexpr std::size_t most_ports = 4;

    std::string address;               ///< http or https, printable ASCII without spaces
    std::string host;                  ///< as written, in lower case; an IPv6 address in brackets
    std::vector<std::uint16_t> ports;  ///< of this machine's loopback, to which the answer is to come: 1024 and above
    bool is_sign_in = false;           ///< it names a place for an answer (RFC 6749, 4.1.1 and RFC 8628)

    friend bool operator==(const AskedAddress&, const AskedAddress&) = default;
};

/// Nothing for what is no such address. Ports are those of localhost, 127.0.0.1 and [::1] (RFC 8252, 7.3) in what the
/// address says, percent-encoded once or twice; its own host is not one of them.
std::optional<AskedAddress> read_asked_address(std::string_view line);

/// Whether text that begins with a web address is one that somebody signs in with, however long it is and whatever
/// else stands in it.
bool is_sign_in_address(std::string_view text);

}  // namespace waybill
